/** A room of Socket.IO's own server, without rights and without keeping anything: the floor of a room's messages. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
let seq = 0;
io.of('/room').on('connection', (socket) => {
  socket.on('join', ({ room }, done) => {
    socket.join(room);
    done({ ok: true });
  });
  socket.on('post', ({ room, ...entry }, done) => {
    seq += 1;
    io.of('/room').to(room).emit('entry', { ...entry, seq });
    done({ ok: true, seq });
  });
  socket.on('signal', ({ room, ...signal }) => {
    socket.to(room).volatile.emit('signal', signal);
  });
});
http.listen(Number(process.argv[2]), '127.0.0.1');
