/*
 * Which network addresses belong to everybody: where a stranger's URL may lead. Pure.
 *
 * Whoever may enter a URL could otherwise have the server ask its own network's machines, or the cloud's metadata
 * service. Everything that IANA's special-purpose registries (RFC 6890) do not call global is refused, and so is an IPv6
 * address that carries such an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo).
 */
#pragma once

#include <stdint.h>

enum address_kind {
	ADDRESS_PUBLIC,
	ADDRESS_LOOPBACK, /* this machine: 127.0.0.0/8, ::1 */
	ADDRESS_PRIVATE,  /* anything else that is not for the open network */
};

/* In network order. */
enum address_kind address_kind4(const uint8_t a[4]);
enum address_kind address_kind6(const uint8_t a[16]);
