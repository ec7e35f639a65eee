/** The page `/rooms/<id>`: everything in it is drawn here, from the room's own facts in the block `room-props`. */
import { render } from 'preact';
import { props } from '../kernel/props.ts';
import { App } from './App.tsx';
import { Room, type RoomProps } from './room.ts';
import '../imaging/viewer.css';
import './room.css';
import './parts.css';

const host = document.getElementById('room');
if (host) {
  const room = new Room(props<RoomProps>('room-props'));
  render(<App room={room} />, host);
  void room.open();
}
