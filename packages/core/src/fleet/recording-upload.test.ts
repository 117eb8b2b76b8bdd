import { expect, test } from 'vitest';
import {
  daysToBring,
  octetsToUpload,
  octetsUploadableADay,
  type RecordingUpload,
} from './recording-upload.ts';

const night: RecordingUpload = { octetsPerDay: 1_000, fromTime: '22:00', toTime: '06:30', callsMax: 1 };
const at = (time: string) => Date.parse(`2026-11-26T${time}:00+08:00`);

test.each([
  ['in the evening, before its hours', '21:59', 0],
  ['when its hours begin', '22:00', 400],
  ['after midnight', '00:00', 400],
  ['in their last minute', '06:29', 400],
  ['when they end', '06:30', 0],
])('%s', (_, time, octets) => {
  const moment = { nowMs: at(time), timeZone: 'Asia/Shanghai', calls: 1, octetsToday: 600 };
  expect(octetsToUpload(night, moment)).toBe(octets);
});

test('hours of one day, and of all day', () => {
  const moment = (time: string) => ({ nowMs: at(time), timeZone: 'Asia/Shanghai', calls: 0, octetsToday: 0 });
  const noon = { ...night, fromTime: '12:00', toTime: '13:00' };
  expect(['11:59', '12:00', '12:59', '13:00'].map((time) => octetsToUpload(noon, moment(time)))).toEqual([0, 1_000, 1_000, 0]); // prettier-ignore
  const always = { ...night, fromTime: '00:00', toTime: '00:00' };
  expect(['00:00', '12:00'].map((time) => octetsToUpload(always, moment(time)))).toEqual([1_000, 1_000]);
});

test('more calls than a gap has, and a budget that is spent, leave nothing', () => {
  const moment = { nowMs: at('23:00'), timeZone: 'Asia/Shanghai', calls: 1, octetsToday: 0 };
  expect(octetsToUpload(night, { ...moment, calls: 2 })).toBe(0);
  expect(octetsToUpload(night, { ...moment, octetsToday: 1_001 })).toBe(0);
});

test('a day carries the budget, or what the line does in the hours', () => {
  expect(octetsUploadableADay(night, { lineUpKbits: null, nodes: 1 })).toBe(1_000);
  expect(octetsUploadableADay({ ...night, octetsPerDay: 1e12 }, { lineUpKbits: 512, nodes: 2 })).toBe(64_000 * 8.5 * 3_600 * 0.6);
  expect(octetsUploadableADay({ ...night, octetsPerDay: 1e12, toTime: '22:00' }, { lineUpKbits: 512, nodes: 1 })).toBe(64_000 * 86_400 * 0.6);
}); // prettier-ignore

test('what waits gets less only where more is carried than recorded', () => {
  const days = (waitingOctets: number, recordedOctetsADay: number) =>
    daysToBring({ waitingOctets, recordedOctetsADay, uploadableOctetsADay: 100 });
  expect([days(400, 20), days(400, 100), days(0, 200)]).toEqual([5, null, 0]);
});
