#include "core/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct range4 {
	uint8_t net[4];
	int bits;
};

struct range6 {
	uint8_t net[16];
	int bits;
};

static const struct range4 private4[] = {
	{ { 0 }, 8 },		  /* "this network" */
	{ { 10 }, 8 },		  /* RFC 1918 */
	{ { 100, 64 }, 10 },	  /* carriers' NAT; 100.100.100.200 is a metadata service */
	{ { 169, 254 }, 16 },	  /* link-local; 169.254.169.254 is a metadata service */
	{ { 172, 16 }, 12 },	  /* RFC 1918 */
	{ { 192, 0, 0 }, 24 },	  /* IETF protocols; 192.0.0.192 is a metadata service */
	{ { 192, 0, 2 }, 24 },	  /* documentation */
	{ { 192, 88, 99 }, 24 },  /* 6to4 relays */
	{ { 192, 168 }, 16 },	  /* RFC 1918 */
	{ { 198, 18 }, 15 },	  /* benchmarks */
	{ { 198, 51, 100 }, 24 }, /* documentation */
	{ { 203, 0, 113 }, 24 },  /* documentation */
	{ { 224 }, 4 },		  /* multicast */
	{ { 240 }, 4 },		  /* reserved, and broadcast */
};

static const struct range6 private6[] = {
	{ { 0x01, 0x00 }, 64 },		    /* discard */
	{ { 0x20, 0x01, 0x00, 0x02 }, 48 }, /* benchmarks */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x01, 0x00, 0x10 }, 28 }, /* ORCHID */
	{ { 0x3f, 0xff }, 20 },		    /* documentation */
	{ { 0x5f, 0x00 }, 16 },		    /* segment routing */
	{ { 0xfc }, 7 },		    /* unique local; fd00:ec2::254 is a metadata service */
	{ { 0xfe, 0x80 }, 10 },		    /* link-local */
	{ { 0xfe, 0xc0 }, 10 },		    /* site-local */
	{ { 0xff }, 8 },		    /* multicast */
};

/* Where an IPv6 address carries an IPv4 one, and whether it is written inverted there. */
static const struct carrier {
	struct range6 of;
	size_t at;
	bool inverted;
} carriers[] = {
	{ { { 0 }, 96 }, 12, false },				       /* compatible */
	{ { { [10] = 0xff, 0xff }, 96 }, 12, false },		       /* mapped */
	{ { { [8] = 0xff, 0xff, 0, 0 }, 96 }, 12, false },	       /* translated */
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12, false },	       /* NAT64 */
	{ { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48 }, 12, false }, /* local NAT64 */
	{ { { 0x20, 0x02 }, 16 }, 2, false },			       /* 6to4 */
	{ { { 0x20, 0x01, 0x00, 0x00 }, 32 }, 12, true },	       /* Teredo */
};

static bool within(const uint8_t *a, const uint8_t *net, int bits)
{
	size_t whole = (size_t)bits / 8;
	unsigned rest = (unsigned)bits % 8, mask = 0xffu << (8 - rest) & 0xffu;

	return memcmp(a, net, whole) == 0 && (rest == 0 || (a[whole] & mask) == (net[whole] & mask));
}

enum address_kind address_kind4(const uint8_t a[4])
{
	if (a[0] == 127)
		return ADDRESS_LOOPBACK;
	for (size_t i = 0; i < sizeof(private4) / sizeof(private4[0]); i++)
		if (within(a, private4[i].net, private4[i].bits))
			return ADDRESS_PRIVATE;
	return ADDRESS_PUBLIC;
}

enum address_kind address_kind6(const uint8_t a[16])
{
	static const uint8_t loopback[16] = { [15] = 1 };

	if (memcmp(a, loopback, 16) == 0)
		return ADDRESS_LOOPBACK;
	for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++) {
		const struct carrier *c = &carriers[i];
		uint8_t inner[4];

		if (!within(a, c->of.net, c->of.bits))
			continue;
		for (size_t k = 0; k < 4; k++)
			inner[k] = (uint8_t)(a[c->at + k] ^ (c->inverted ? 0xff : 0));
		return address_kind4(inner);
	}
	for (size_t i = 0; i < sizeof(private6) / sizeof(private6[0]); i++)
		if (within(a, private6[i].net, private6[i].bits))
			return ADDRESS_PRIVATE;
	/* 2000::/3 is all that has been given out */
	return (a[0] & 0xe0) == 0x20 ? ADDRESS_PUBLIC : ADDRESS_PRIVATE;
}
