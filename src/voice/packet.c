#include "voice/packet.h"

enum {
	JUMP = 3000, /* RFC 3550's MAX_DROPOUT: a larger step forward is a new run, not a loss */
	MEMORY = 64, /* sequence numbers behind the highest we still know about */
};

static uint16_t read16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static uint32_t read32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void write16(uint8_t *b, uint16_t v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static void write32(uint8_t *b, uint32_t v)
{
	write16(b, (uint16_t)(v >> 16));
	write16(b + 2, (uint16_t)v);
}

/* Bytes before the payload: fixed header, CSRC list, header extension. 0: they do not fit into n. */
static size_t head_size(const uint8_t *data, size_t n)
{
	size_t at = PACKET_HEAD + 4u * (data[0] & 15u);

	if (at > n)
		return 0;
	if (data[0] & 0x10) {
		if (at + 4 > n)
			return 0;
		at += 4 + 4u * read16(data + at + 2);
	}
	return at > n ? 0 : at;
}

bool packet_parse(struct packet *out, const uint8_t *data, size_t n)
{
	size_t at, pad = 0;

	if (n < PACKET_HEAD || data[0] >> 6 != 2)
		return false;
	at = head_size(data, n);
	if (at == 0)
		return false;
	if (data[0] & 0x20) {
		/* The last byte says how many to drop, itself included. */
		pad = data[n - 1];
		if (pad == 0 || pad > n - at)
			return false;
	}
	*out = (struct packet){
		.payload_type = data[1] & 0x7f,
		.marker = data[1] >> 7,
		.seq = read16(data + 2),
		.ts = read32(data + 4),
		.ssrc = read32(data + 8),
		.payload = data + at,
		.n = n - at - pad,
	};
	return true;
}

void packet_head(uint8_t head[PACKET_HEAD], const struct packet *p)
{
	head[0] = 0x80;
	head[1] = (uint8_t)((p->marker ? 0x80 : 0) | (p->payload_type & 0x7f));
	write16(head + 2, p->seq);
	write32(head + 4, p->ts);
	write32(head + 8, p->ssrc);
}

int packet_distance(uint16_t from, uint16_t to)
{
	return (int16_t)(uint16_t)(to - from);
}

static void start_run(struct arrivals *a, const struct packet *p)
{
	a->running = true;
	a->ssrc = p->ssrc;
	a->highest = p->seq;
	a->wraps = 0;
	a->seen = UINT64_MAX; /* what lies before the run was never missed */
	a->has_transit = false;
}

static void went_forward(struct arrivals *a, int step)
{
	uint16_t before = a->highest;

	a->lost += (uint64_t)(step - 1);
	a->highest = (uint16_t)(a->highest + step);
	a->wraps += a->highest < before;
	a->seen = (step < MEMORY ? a->seen << step : 0) | 1;
}

/* A packet from `back` places behind: it was counted as lost, unless it is a copy. */
static void came_late(struct arrivals *a, int back)
{
	uint64_t bit = UINT64_C(1) << back;

	if (a->seen & bit)
		return;
	a->seen |= bit;
	a->reordered++;
	a->lost--;
}

static void measure_jitter(struct arrivals *a, const struct packet *p, int64_t arrival_us)
{
	uint32_t transit = (uint32_t)(arrival_us / 125) - p->ts;
	int32_t change = (int32_t)(transit - a->transit);

	if (a->has_transit)
		a->jitter_ts += ((change < 0 ? -(double)change : change) - a->jitter_ts) / 16;
	a->transit = transit;
	a->has_transit = true;
}

void arrivals_add(struct arrivals *a, const struct packet *p, int64_t arrival_us, bool audio)
{
	int step = packet_distance(a->highest, p->seq);

	a->received++;
	if (!a->running || a->ssrc != p->ssrc || step > JUMP || step <= -MEMORY)
		start_run(a, p);
	else if (step > 0)
		went_forward(a, step);
	else
		came_late(a, -step);
	if (audio)
		measure_jitter(a, p, arrival_us);
}
