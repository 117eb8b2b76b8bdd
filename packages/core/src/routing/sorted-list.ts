/**
 * Things kept in order, found by halving; cheapest at both ends, where queues live. No two of them compare as equal, and
 * what they are compared by does not change while they are in it.
 */
export class SortedList<Item> {
  readonly #compare: (a: Item, b: Item) => number;
  readonly #items: Item[] = [];
  // Beside each other: whoever only looks at the front of many lists touches one object of each.
  #first: Item | undefined;
  #length = 0;

  constructor(compare: (a: Item, b: Item) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#length;
  }

  get first(): Item | undefined {
    return this.#first;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    const items = this.#items;
    const place = this.#place(item);
    if (place === items.length) items.push(item);
    else items.splice(place, 0, item);
    this.#look();
  }

  remove(item: Item): boolean {
    const items = this.#items;
    const place = this.indexOf(item);
    if (place < 0) return false;
    if (place === 0) items.shift();
    else items.splice(place, 1);
    this.#look();
    return true;
  }

  indexOf(item: Item): number {
    const items = this.#items;
    if (items[0] === item) return 0;
    const place = this.#place(item);
    return items[place] === item ? place : -1;
  }

  /** How many stand at the front that are like the first. */
  leading(isAlike: (item: Item) => boolean): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAlike(this.#items[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #look(): void {
    // Not by reading past the end: code compiled for lists that hold something is thrown away for it.
    this.#first = this.#items.length === 0 ? undefined : this.#items[0];
    this.#length = this.#items.length;
  }

  #place(item: Item): number {
    const items = this.#items;
    let low = 0;
    let high = items.length;
    // Most who come are the last.
    if (high > 0 && this.#compare(items[high - 1]!, item) < 0) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(items[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
