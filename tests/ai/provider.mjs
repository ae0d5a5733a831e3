// A provider of the Realtime protocol that plays one scripted conversation per session:
//
//   node provider.mjs ga|beta SCENARIO LOG
//
// Prints its port. With PROVIDER_PEM=FILE it speaks TLS. Every event that comes is written to LOG as a line of JSON, with what else happens: {"meta": "…"}.
// The scenarios are below; "key" must be the one in the Authorization header.
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { appendFileSync, readFileSync } from 'node:fs';
import { WebSocketServer } from 'ws';

const [dialect, scenario, log] = process.argv.slice(2);
const KEY = 'sk-canary-provider-key';
const names = {
  ga: { audio: 'response.output_audio.delta', said: 'response.output_audio_transcript.done' },
  beta: { audio: 'response.audio.delta', said: 'response.audio_transcript.done' },
}[dialect];
let sessions = 0;
let serial = 0;

const note = (line) => appendFileSync(log, JSON.stringify(line) + '\n');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A tone of 400 Hz in mu-law, so that somebody listening could tell it from silence.
function tone(ms) {
  const bytes = Buffer.alloc(ms * 8);
  for (let i = 0; i < bytes.length; i++) bytes[i] = i % 20 < 10 ? 0x90 : 0x10;
  return bytes;
}

class Session {
  constructor(socket, number) {
    this.socket = socket;
    this.number = number;
    this.waiters = [];
    this.events = [];
    this.audio = 0;
  }
  send(type, more = {}) {
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify({ event_id: `ev_${++serial}`, type, ...more }));
  }
  take(event) {
    if (event.type === 'input_audio_buffer.append') {
      this.audio += Buffer.from(event.audio, 'base64').length;
      if (this.audio > 480) return; // one of them is written down, the others are alike
    }
    note(event);
    this.events.push(event);
    this.waiters = this.waiters.filter((w) => !w());
  }
  // The next event of a type that has not been waited for.
  until(type) {
    return new Promise((done) => {
      const look = () => {
        const i = this.events.findIndex((e) => e.type === type);
        if (i < 0) return false;
        done(this.events.splice(i, 1)[0]);
        return true;
      };
      if (!look()) this.waiters.push(look);
    });
  }
  async ready() {
    await this.until('session.update');
    this.send('session.updated', { session: {} });
    await this.until('response.create');
  }
  say(text, ms = 600) {
    const item_id = `item_${++serial}`;
    this.send('response.created', { response: { id: `resp_${serial}`, status: 'in_progress' } });
    for (let at = 0; at < ms; at += 100)
      this.send(names.audio, { item_id, content_index: 0, delta: tone(100).toString('base64') });
    this.send(names.said, { item_id, transcript: text });
    return item_id;
  }
  done(status = 'completed') {
    this.send('response.done', { response: { id: 'resp', status } });
  }
  hears(text) {
    this.send('input_audio_buffer.speech_started', { audio_start_ms: 1, item_id: 'in' });
    this.send('input_audio_buffer.speech_stopped', { audio_end_ms: 2, item_id: 'in' });
    this.send('conversation.item.input_audio_transcription.completed', { item_id: 'in', transcript: text });
  }
  async tool(name, args) {
    const call_id = `call_${++serial}`;
    const text = typeof args === 'string' ? args : JSON.stringify(args);
    this.send('response.output_item.done', { item: { type: 'function_call', name, call_id, arguments: text } });
    for (;;) {
      const made = await this.until('conversation.item.create');
      if (made.item.type === 'function_call_output' && made.item.call_id === call_id) return JSON.parse(made.item.output);
    }
  }
}

const scenarios = {
  async answers(s) {
    await s.ready();
    s.say('Hello, are you interested? canary-said');
    s.done();
    await sleep(900);
    s.hears('Yes, I am. canary-heard');
    await s.tool('record_answer', { question: 1, choice: '1' });
    s.done();
    await s.until('response.create');
    s.say('Fine.', 200);
    await s.tool('end_call', {});
    s.done();
  },
  async declines(s) {
    await s.ready();
    s.say('Hello.');
    await s.tool('set_outcome', { outcome: 'not_interested' });
    await s.tool('end_call', {});
    s.done();
  },
  async opts_out(s) {
    await s.ready();
    await s.tool('opt_out', {});
  },
  async interrupted(s) {
    await s.ready();
    s.say('A very long sentence that nobody wants to hear to its end.', 8000);
    await s.until('input_audio_buffer.append'); // the disclosure is over
    await sleep(1000);
    s.send('input_audio_buffer.speech_started', { audio_start_ms: 1, item_id: 'in' });
    note({ meta: 'truncated', event: await s.until('conversation.item.truncate') });
    await s.tool('record_answer', { question: 1, choice: '1' });
    await s.tool('end_call', {});
  },
  async talked_over(s) { // the person's voice is heard by our ear alone
    await s.ready();
    s.say('A very long sentence.', 20000);
    note({ meta: 'truncated', event: await s.until('conversation.item.truncate') });
    await s.tool('set_outcome', { outcome: 'interested' });
    await s.tool('end_call', {});
  },
  async slow(s) {
    await s.ready();
    await sleep(3000);
    s.say('Sorry for the wait.');
    await s.tool('record_answer', { question: 1, choice: '2' });
    await s.tool('end_call', {});
  },
  async silent(s) {
    await s.ready();
  },
  async bad_arguments(s) {
    await s.ready();
    s.say('Hello.');
    note({ meta: 'bad', answers: [
      await s.tool('record_answer', { question: 1, choice: '1', leadId: 1 }),
      await s.tool('record_answer', { question: 99, choice: '1' }),
      await s.tool('opt_out', { phoneNumber: '+12025550111' }),
      await s.tool('set_outcome', '{"outcome":'),
      await s.tool('schedule_callback', { at: 'whenever' }),
      await s.tool('delete_campaign', {}),
    ] });
    await s.tool('set_outcome', { outcome: 'interested' });
    await s.tool('end_call', {});
  },
  async callback(s) {
    await s.ready();
    s.say('Hello.');
    const at = new Date(Date.now() + 48 * 3600 * 1000).toISOString();
    note({ meta: 'callback', at, answer: await s.tool('schedule_callback', { at }) });
    await s.tool('end_call', {});
  },
  async disconnects_once(s) {
    await s.ready();
    if (s.number === 1) {
      s.say('Hello.');
      await sleep(300);
      s.socket.terminate();
      return;
    }
    s.say('I am back.');
    await s.tool('set_outcome', { outcome: 'interested' });
    await s.tool('end_call', {});
  },
  async disconnects(s) {
    await s.ready();
    s.say('Hello.');
    await sleep(300);
    s.socket.terminate();
  },
  async nonsense(s) {
    await s.ready();
    for (let i = 0; i < 40; i++) {
      s.socket.send(['{', 'null', '{"type":7}', '{"type":"response.done"}', '\u0000'][i % 5]);
      await sleep(20);
    }
  },
  async oversized(s) {
    await s.ready();
    s.socket.send(JSON.stringify({ type: names.audio, item_id: 'x', delta: 'A'.repeat(6 << 20) }));
    s.say('Still here.');
    await s.tool('set_outcome', { outcome: 'interested' });
    await s.tool('end_call', {});
  },
  async floods(s) { // an hour of audio as fast as the socket takes it
    await s.ready();
    for (let i = 0; i < 3600 && s.socket.readyState === 1; i++) {
      s.send(names.audio, { item_id: 'flood', content_index: 0, delta: tone(1000).toString('base64') });
      if (i % 50 === 0) await sleep(5);
    }
  },
  async rate_limited(s) {
    await s.ready();
    for (;;) {
      s.send('response.created', { response: { id: 'r', status: 'in_progress' } });
      s.done('failed');
      await s.until('response.create');
    }
  },
  async talks_on(s) { // until the budget or the length ends it
    await s.ready();
    for (let i = 0; i < 60; i++) {
      s.say('And another thing.', 1000);
      s.done();
      await sleep(1000);
    }
  },
  async measured(s) { // one long sentence after a silence, for bench/ai
    await s.ready();
    await s.until('input_audio_buffer.append'); // the disclosure is over
    await sleep(1000);
    note({ meta: 'first', at: Date.now() / 1000 });
    s.say('A very long sentence.', 40000);
    await s.until('conversation.item.truncate');
    await s.tool('end_call', {});
  },
  async holds(s) { // a second of speech every three
    await s.ready();
    while (s.socket.readyState === 1) {
      s.say('And another thing.', 1000);
      s.done();
      await sleep(3000);
    }
  },
  async screened(s) { // hung up on by the model when it is asked a second time
    await s.ready();
    s.say('Hello.', 400);
    if (s.number > 1) await s.tool('end_call', {});
    s.done();
  },
  async greets(s) { // for the benches and providers test
    await s.ready();
    s.say('Hello.', 400);
    s.done();
  },
};

const pem = process.env.PROVIDER_PEM; // a key and its certificate: TLS
const http = pem ? createSecureServer({ key: readFileSync(pem), cert: readFileSync(pem) }) : createServer();
const server = new WebSocketServer({ noServer: true });
http.on('upgrade', (request, socket, head) => {
  note({ meta: 'upgrade', url: request.url, beta: request.headers['openai-beta'] ?? null });
  if (scenario === 'refuses' || request.headers.authorization !== `Bearer ${KEY}`) {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    return;
  }
  server.handleUpgrade(request, socket, head, (ws) => {
    const session = new Session(ws, ++sessions);
    ws.on('message', (text) => session.take(JSON.parse(text)));
    ws.on('close', () => note({ meta: 'closed', session: session.number, audio: session.audio }));
    ws.on('error', () => {});
    session.send('session.created', { session: {} });
    scenarios[scenario](session).catch((e) => note({ meta: 'fault', text: String(e) }));
  });
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
