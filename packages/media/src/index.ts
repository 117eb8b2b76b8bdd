/** The sound side of the package; SIP and SDP are imported by their own paths. */
export { createMediaEngine } from './call/create-media-engine.ts';
export type * from './call/media-engine.ts';
export { repairWav, type RepairedWav, type RepairFault } from './audio/recording-wav.ts';
export {
  createRecordingEncoder,
  encodeRecording,
  type EncodedRecording,
  type EncodeFault,
  type RecordingEncoder,
} from './audio/recording-encoder.ts';
export { convertPrompt, type ConvertedPrompt } from './audio/convert-prompt.ts';
export { acceptedSoundFormats, type WavFault } from './audio/wav.ts';
