/**
 * spandsp, the C library that knows T.30 and the modems under it (Debian `libspandsp2`), by FFI: one fax terminal on one telephone
 * line, told sound and asked for sound. A fault in there is the whole process's: only a process of its own may load it.
 */
import koffi, { type LibraryHandle } from 'koffi';
import { FaxLibraryMissing, spandsp } from './fax-library.ts';

/** One end of a fax line. Its timers run by the sound it is told, not by a clock. */
export interface FaxTerminal {
  hear(samples: Int16Array): void;
  /** So much sound was lost on the way. */
  miss(samples: number): void;
  /** Fills `samples`, with silence where it has nothing to say. */
  speak(samples: Int16Array): void;
  readonly state: FaxTerminalState;
  /** The other end's identification (CSI, TSI). */
  readonly farIdentification: string;
  /** The line is gone: a page begun is brought to its end as far as it came. */
  lineLost(): void;
  /** Frees it, and closes its file. */
  close(): void;
}

export interface FaxTerminalState {
  readonly isActive: boolean;
  /** A `T30_ERR_…` of spandsp; 0 is all right. */
  readonly completion: number;
  readonly pagesReceived: number;
  readonly pagesSent: number;
  readonly bitRate: number;
  readonly hasErrorCorrection: boolean;
}

/** `t30_stats_t` is integers alone; more room than it takes in any version. */
const statisticsOctets = 512;
const statisticsPlaces = { bitRate: 0, errorCorrection: 1, pagesSent: 2, pagesReceived: 3, status: 14 };

/** `T30_SUPPORT_V27TER | V29 | V17`: what goes through a telephone line of G.711. */
const modems = 0x07;
/** `T4_1D | T4_2D | T6` */
const compressions = 0x0e;
/** Standard, fine and superfine lines; R8 columns. */
const resolutions = 0x2_0007;
/** 215 mm wide, of any length: A4, Letter, and the rolls. */
const imageSizes = 0x1_0001;
/** `T4_COMPRESSION_ITU_T6`: what is kept, whatever came over the line. */
const keptEncoding = 3;

export function openFaxTerminal(
  isCalling: boolean,
  prepare: (t30: unknown, library: LibraryHandle) => void,
  libraryName = spandsp,
): FaxTerminal {
  const library = loadedLibrary(libraryName);
  const call = functionsOf(library);
  const fax = call.init(null, isCalling ? 1 : 0);
  if (!fax) throw new Error('spandsp had no memory for a fax terminal');
  const t30 = call.t30(fax);
  call.setErrorCorrection(t30, 1);
  call.setModems(t30, modems);
  call.setCompressions(t30, compressions);
  call.setResolutions(t30, resolutions);
  call.setImageSizes(t30, imageSizes);
  call.transmitOnIdle(fax, 1);
  prepare(t30, library);
  const statistics = Buffer.alloc(statisticsOctets);
  return {
    hear: (samples) => void call.hear(fax, samples, samples.length),
    miss: (samples) => void call.miss(fax, samples),
    speak(samples) {
      const made = Math.max(0, call.speak(fax, samples, samples.length));
      samples.fill(0, made);
    },
    get state() {
      call.statistics(t30, statistics);
      const at = (place: number) => statistics.readInt32LE(4 * place);
      return {
        isActive: call.isActive(t30) !== 0,
        completion: at(statisticsPlaces.status),
        pagesReceived: at(statisticsPlaces.pagesReceived),
        pagesSent: at(statisticsPlaces.pagesSent),
        bitRate: at(statisticsPlaces.bitRate),
        hasErrorCorrection: at(statisticsPlaces.errorCorrection) !== 0,
      };
    },
    get farIdentification() {
      return (call.farIdentification(t30) ?? '').trim();
    },
    lineLost: () => call.terminate(t30),
    close: () => void call.free(fax),
  };
}

/** An answering terminal that writes the pages it receives to a TIFF file of G4, and says who it is. */
export function openFaxReceiver(
  path: string,
  { identification, library }: { readonly identification: string; readonly library?: string },
): FaxTerminal {
  const prepare = (t30: unknown, loaded: LibraryHandle) => {
    loaded.func('int t30_set_tx_ident(void *t30, const char *id)')(t30, identification);
    loaded.func('int t30_set_rx_encoding(void *t30, int encoding)')(t30, keptEncoding);
    loaded.func('void t30_set_rx_file(void *t30, const char *file, int stop_page)')(t30, path, -1);
  };
  return openFaxTerminal(false, prepare, library);
}

function loadedLibrary(name: string): LibraryHandle {
  try {
    return koffi.load(name);
  } catch (error) {
    throw new FaxLibraryMissing(error);
  }
}

function functionsOf(library: LibraryHandle) {
  return {
    init: library.func('void *fax_init(void *s, int calling_party)'),
    free: library.func('int fax_free(void *s)'),
    t30: library.func('void *fax_get_t30_state(void *s)'),
    transmitOnIdle: library.func('void fax_set_transmit_on_idle(void *s, int on)'),
    hear: library.func('int fax_rx(void *s, int16_t *amp, int len)'),
    miss: library.func('int fax_rx_fillin(void *s, int len)'),
    speak: library.func('int fax_tx(void *s, _Out_ int16_t *amp, int max_len)'),
    isActive: library.func('int t30_call_active(void *t30)'),
    statistics: library.func('void t30_get_transfer_statistics(void *t30, _Out_ uint8_t *t)'),
    farIdentification: library.func('const char *t30_get_rx_ident(void *t30)'),
    terminate: library.func('void t30_terminate(void *t30)'),
    setErrorCorrection: library.func('int t30_set_ecm_capability(void *t30, int on)'),
    setModems: library.func('int t30_set_supported_modems(void *t30, int modems)'),
    setCompressions: library.func('int t30_set_supported_compressions(void *t30, int compressions)'),
    setResolutions: library.func('int t30_set_supported_resolutions(void *t30, int resolutions)'),
    setImageSizes: library.func('int t30_set_supported_image_sizes(void *t30, int sizes)'),
  };
}
