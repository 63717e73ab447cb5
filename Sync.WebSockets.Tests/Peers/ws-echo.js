// A WebSocket echo server for the tests. Arguments: port [pfx file, password], or --check. Ends when its standard input does.
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const { WebSocketServer } = require('ws');

const [port, pfx, passphrase] = process.argv.slice(2);
if (port === '--check') process.exit(0);

const server = pfx ? https.createServer({ pfx: fs.readFileSync(pfx), passphrase }) : http.createServer();
const sockets = new WebSocketServer({
  server,
  maxPayload: 128 * 1024 * 1024,
  perMessageDeflate: { threshold: 0 },
});
sockets.on('connection', (socket, request) => {
  const close = /^\/close\/(\d+)$/.exec(request.url);
  if (close) close[1] === '1005' ? socket.close() : socket.close(Number(close[1]), 'tschüß');
  socket.on('close', (code) => console.log(`closed with ${code}`));
  socket.on('error', (error) => console.error(error.message));
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

process.stdin.on('end', () => process.exit(0)).resume();
server.listen(Number(port), '127.0.0.1');
