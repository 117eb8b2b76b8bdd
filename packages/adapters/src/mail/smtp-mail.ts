/** Mail by SMTP (RFC 5321): one server, as the centre's configuration names it. */
import { createTransport } from 'nodemailer';
import { smtpConnectionsMax, smtpTimeoutMs } from '../limits.ts';

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly attachment?: { readonly name: string; readonly contentType: string; readonly octets: Uint8Array };
}

export interface Mailer {
  /** Rejects where the server does not take it, or cannot be reached. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** `url`: `smtp://user:password@host:587`, or `smtps:` for TLS from the first octet. STARTTLS is used wherever it is offered. */
export function openSmtpMailer({ url, from }: { readonly url: string; readonly from: string }): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: smtpConnectionsMax,
    connectionTimeout: smtpTimeoutMs,
    greetingTimeout: smtpTimeoutMs,
    socketTimeout: smtpTimeoutMs,
    // What a mail holds is ours: nothing in it is a path or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, attachment }) {
      await transport.sendMail({
        from,
        to: [...to],
        subject,
        text,
        ...(attachment
          ? {
              attachments: [
                {
                  filename: attachment.name,
                  contentType: attachment.contentType,
                  content: Buffer.from(attachment.octets),
                },
              ],
            }
          : {}),
      });
    },
    close: () => transport.close(),
  };
}
