/** The crypto suites we speak: RFC 4568 §6.2 (counter mode with HMAC) and RFC 7714 §12 (GCM), by the names SDP gives them. */

export type SrtpSuiteName =
  'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM' | 'AEAD_AES_256_GCM';

export interface SrtpSuite {
  readonly isAead: boolean;
  readonly keyOctets: number;
  readonly saltOctets: number;
  readonly rtpTagOctets: number;
  readonly rtcpTagOctets: number;
}

export const srtpSuites: Readonly<Record<SrtpSuiteName, SrtpSuite>> = {
  AES_CM_128_HMAC_SHA1_80: counterMode(10),
  // RFC 4568 §6.2.2: the short tag is RTP's alone; SRTCP keeps eighty bits.
  AES_CM_128_HMAC_SHA1_32: counterMode(4),
  AEAD_AES_128_GCM: galoisMode(16),
  AEAD_AES_256_GCM: galoisMode(32),
};

/** One direction's secret: a suite's master key with the master salt behind it, as SDP's `inline:` carries them. */
export interface SrtpKeying {
  readonly suite: SrtpSuiteName;
  readonly master: Uint8Array;
}

/** The most octets a suite adds to a packet: an SRTCP index word and a tag. */
export const srtpOverheadOctetsMax = 4 + 16;

function counterMode(rtpTagOctets: number): SrtpSuite {
  return { isAead: false, keyOctets: 16, saltOctets: 14, rtpTagOctets, rtcpTagOctets: 10 };
}

function galoisMode(keyOctets: number): SrtpSuite {
  return { isAead: true, keyOctets, saltOctets: 12, rtpTagOctets: 16, rtcpTagOctets: 16 };
}
