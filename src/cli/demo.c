#include "cli/command.h"

int demo_run(int argc, char **argv)
{
	(void)argc, (void)argv;
	return 0;
}
