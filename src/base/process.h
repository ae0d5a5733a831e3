/*
 * What the kernel knows of this process, as Prometheus' process_* metrics. Linux: from /proc/self.
 */
#pragma once

void process_measure(void);
