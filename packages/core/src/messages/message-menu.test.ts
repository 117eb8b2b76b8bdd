import { expect, test } from 'vitest';
import type { MailboxId, VoiceMessageId } from '../kernel/ids.ts';
import { asksMax, pinTriesMax } from './limits.ts';
import { MessageMenu, type MenuEffect, type MenuInput, type ToldMessage } from './message-menu.ts';

const boxId = 'box' as MailboxId;
const told = (id: string, isHeard = false): ToldMessage => ({
  id: id as VoiceMessageId,
  fromNumber: '13800138000',
  leftAtMs: 0,
  isHeard,
});

/** What is said and done, in short: `counts 2/1`, `▶ new-1`, `heard new-1`. */
function short(effects: readonly MenuEffect[]): string[] {
  return effects.flatMap((effect): string[] => {
    switch (effect.kind) {
      case 'speak':
        return effect.parts.map((part) => {
          if (part.kind === 'message') return `▶ ${part.messageId}`;
          if (part.kind !== 'words') return part.kind;
          const { words } = part;
          if (words.word === 'counts') return `counts ${words.fresh}/${words.heard}`;
          return words.word === 'message' ? `message ${words.place} ${words.message.id}` : words.word;
        });
      case 'check-pin':
        return [`check ${'number' in effect.box ? effect.box.number : effect.box.mailboxId} ${effect.pin}`];
      case 'act':
        return [`${effect.act} ${effect.messageId}`];
      case 'set-timer':
      case 'clear-timer':
        return [];
      default:
        return [effect.kind];
    }
  });
}

function walk(menu: MessageMenu, ...inputs: (string | MenuInput)[]): string[] {
  return inputs.flatMap((input) =>
    short(
      menu.handle(
        typeof input !== 'string'
          ? input
          : input === '…'
            ? { kind: 'speech-ended' }
            : input === 'timer'
              ? { kind: 'timer' }
              : { kind: 'digit', digit: input },
      ),
    ),
  );
}

const open = (messages: readonly ToldMessage[]): MessageMenu => {
  const menu = new MessageMenu(boxId);
  walk(menu, { kind: 'start' }, '1', '2', '3', '4', '#');
  menu.handle({ kind: 'pin-right', mailboxId: boxId, messages });
  return menu;
};

test('the box is asked for, then its PIN; then what there is is told', () => {
  const menu = new MessageMenu(null);
  expect(walk(menu, { kind: 'start' }, '8', '0', '1', '#')).toEqual(['box', 'pin']);
  expect(walk(menu, '…', '9', '9', '*', '1', '2', '3', '4', '#')).toEqual(['check 801 1234']);
  const messages = [told('old', true), told('new-1'), told('new-2')];
  expect(walk(menu, { kind: 'pin-right', mailboxId: boxId, messages })).toEqual(['counts 2/1', 'menu']);
});

test('the new messages come first as they were left, then the others; each is heard when its sound is over', () => {
  const menu = open([told('old', true), told('new-1'), told('new-2')]);
  expect(walk(menu, '1', '…', '…')).toEqual(['message 1 new-1', '▶ new-1', 'heard new-1', 'choices']);
  expect(walk(menu, '2', '…', '…', '2', '…', '…')).toEqual([
    'message 2 new-2', '▶ new-2', 'heard new-2', 'choices', 'message 3 old', '▶ old', 'choices',
  ]); // prettier-ignore
  expect(walk(menu, '2')).toEqual(['no-more', 'menu']);
});

test('a message that was only introduced stays new; a key within its sound means it was heard', () => {
  const menu = open([told('one'), told('two')]);
  expect(walk(menu, '1', '2')).toEqual(['message 1 one', 'message 2 two']);
  expect(walk(menu, '…', '1')).toEqual(['▶ two', 'heard two', '▶ two']);
});

test('the same key throws away and takes back', () => {
  const menu = open([told('one')]);
  walk(menu, '1', '…', '…');
  expect(walk(menu, '3', '3')).toEqual(['deleted one', 'deleted', 'choices', 'restored one', 'restored', 'choices']); // prettier-ignore
});

test('a greeting is recorded after the tone, heard, and taken back', () => {
  const menu = open([]);
  expect(walk(menu, '9', '2', '…', '#')).toEqual(['greeting', 'speak-greeting', 'tone', 'record-greeting', 'end-greeting']); // prettier-ignore
  expect(walk(menu, { kind: 'greeting-recorded', isKept: true }, '1', '3')).toEqual([
    'greeting-kept', 'greeting', 'own-greeting', 'greeting', 'remove-greeting', 'greeting-removed', 'greeting',
  ]); // prettier-ignore
  expect(walk(menu, '*', '#', '…')).toEqual(['menu', 'goodbye', 'hang-up']);
});

test('wrong PINs are asked again, and end the call at last; a box that is shut says so at once', () => {
  const menu = new MessageMenu(boxId);
  walk(menu, { kind: 'start' });
  for (let at = 1; at < pinTriesMax; at++) {
    walk(menu, '1', '#');
    expect(walk(menu, { kind: 'pin-wrong', isShut: false })).toEqual(['pin-wrong', 'pin']);
  }
  walk(menu, '1', '#');
  expect(walk(menu, { kind: 'pin-wrong', isShut: false }, '…')).toEqual(['pin-wrong', 'goodbye', 'hang-up']);
  expect(walk(menu, '1', { kind: 'start' })).toEqual([]);
  const shut = new MessageMenu(boxId);
  walk(shut, { kind: 'start' }, '1', '#');
  expect(walk(shut, { kind: 'pin-wrong', isShut: true }, '…')).toEqual(['shut', 'hang-up']);
});

test('whoever keys nothing is asked again, and then let go; keys without # are taken after a while', () => {
  const menu = new MessageMenu(null);
  walk(menu, { kind: 'start' });
  for (let at = 1; at < asksMax; at++) expect(walk(menu, '…', 'timer')).toEqual(['box']);
  expect(walk(menu, '…', 'timer', '…')).toEqual(['goodbye', 'hang-up']);
  const slow = new MessageMenu(boxId);
  expect(walk(slow, { kind: 'start' }, '1', '2', '3', '4', 'timer')).toEqual(['pin', 'check box 1234']);
});

test.each(['0', '5', '*'])(
  'the key %s means nothing in a menu without messages, which is said again',
  (key) => {
    expect(walk(open([]), key, '1')).toEqual(['menu', 'menu']);
  },
);
