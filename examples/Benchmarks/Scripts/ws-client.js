// npm `ws`, measured like the others: `node ws-client.js MEASURE URI SIZE FORM plain|deflate CERTIFICATE`. For each line of the
// input, a number, it does so many of what is measured, and prints seconds, seconds of CPU time, -1, and the most bytes resident.
const fs = require('fs');
const readline = require('readline');

const [measure, uri, size, form, compression, certificate] = process.argv.slice(2);
const { WebSocket } = require('ws');
const payload = Buffer.alloc(Number(size), 'x');
const options = { perMessageDeflate: compression === 'deflate', ca: fs.readFileSync(certificate), maxPayload: 0 };

const once = (emitter, event) => new Promise((resolve, reject) => {
  emitter.once(event, resolve);
  emitter.once('error', reject);
});

async function connect() {
  const socket = new WebSocket(uri, options);
  await once(socket, 'open');
  return socket;
}

async function close(socket) {
  socket.close(1000);
  await once(socket, 'close');
}

function messages(socket, count, onEach) {
  return new Promise((resolve) => {
    let left = count;
    const onMessage = (data) => {
      onEach?.(data);
      if (--left > 0) return;
      socket.off('message', onMessage);
      resolve();
    };
    socket.on('message', onMessage);
  });
}

async function roundTrips(socket, count) {
  const all = messages(socket, count, () => { if (--left > 0) socket.send(payload); });
  let left = count;
  socket.send(payload);
  await all;
}

async function receive(socket, count) {
  let text;
  const all = messages(socket, count, form === 'Text' ? (data) => { text = data.toString(); } : undefined);
  socket.send(String(count), { compress: false });
  await all;
}

// What the socket has not taken yet lies in memory, so it is waited for now and then.
async function send(socket, count) {
  for (let i = 1; i <= count; i++) {
    if (socket.bufferedAmount > 1024 * 1024) await new Promise((resolve) => socket.send(payload, resolve));
    else socket.send(payload);
  }
  const answer = messages(socket, 1);
  socket.send('?', { compress: false });
  await answer;
}

async function connects(_, count) {
  for (let i = 0; i < count; i++) await close(await connect());
}

const works = { RoundTrip: roundTrips, Receive: receive, Send: send, Connect: connects };

async function main() {
  const socket = measure === 'Connect' ? null : await connect();
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    await works[measure](socket, Number(line));
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const { user, system } = process.cpuUsage(cpu);
    console.log(`${seconds} ${(user + system) / 1e6} -1 ${process.resourceUsage().maxRSS * 1024}`);
  }
  if (socket) await close(socket);
}

main();
