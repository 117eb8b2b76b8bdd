/** Certificates made for one run of a test, by the machine's own openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Certified by itself, for names such as `DNS:pbx.example` and `IP:127.0.0.1`. */
export function makeCertificate(...names: readonly string[]): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-certificate-'));
  const [keyPath, certificatePath] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  try {
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-subj', '/CN=Seatgrid test', '-addext', `subjectAltName=${names.join(',')}`];
    const places = ['-keyout', keyPath, '-out', certificatePath];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...kind, ...subject, ...places], {
      stdio: 'pipe',
    });
    return { certificate: readFileSync(certificatePath, 'utf8'), key: readFileSync(keyPath, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
