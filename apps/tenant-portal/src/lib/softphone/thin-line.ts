/**
 * A line over which plain telephone sound (90 kbit/s each way) would be too much: then nothing but Opus is offered, which takes a
 * third of it and mends what is lost. Otherwise the node chooses, and spares itself the work of recoding.
 */
interface LineMeasure {
  readonly effectiveType?: string;
  readonly saveData?: boolean;
}

/** Browsers that do not measure their line (`connection` absent) have a good one. */
export function isLineThin(navigator: object): boolean {
  const { effectiveType, saveData } = (navigator as { readonly connection?: LineMeasure }).connection ?? {};
  return saveData === true || (effectiveType !== undefined && effectiveType !== '4g');
}

interface Codec {
  readonly mimeType: string;
}

/** All of them where the browser has no Opus. */
export function forThinLine<Known extends Codec>(codecs: readonly Known[]): Known[] {
  const named = (name: string) => codecs.filter(({ mimeType }) => mimeType.toLowerCase() === `audio/${name}`);
  const opus = named('opus');
  return opus.length === 0 ? [...codecs] : [...opus, ...named('telephone-event')];
}
