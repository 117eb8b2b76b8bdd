import type { Random } from '@seatgrid/core/kernel/random.ts';

/** Characters that cannot be mistaken for one another when read aloud or off a screen. */
const characters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789';
const lengthChosen = 20;

/** A password for a machine: 20 of 54 characters, 115 bits. */
export function makePassword(random: Random): string {
  const chosen: string[] = [];
  // Values past the last whole multiple are drawn again, so that no character is likelier than another.
  const fairBelow = 256 - (256 % characters.length);
  while (chosen.length < lengthChosen) {
    for (const value of random.bytes(lengthChosen))
      if (value < fairBelow && chosen.length < lengthChosen)
        chosen.push(characters[value % characters.length]!);
  }
  return chosen.join('');
}
