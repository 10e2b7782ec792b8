import type { EndReason } from '../../protocol/model/grant.ts';

/**
 * What the gateway asks of the rest of the backend. It never sees the database: each port is a question or a fact,
 * and a port that throws refuses (fail closed).
 */
export interface GatewayPorts {
  /** Asked when somebody has proved to hold the certificate, and again before each channel. Must look at the live grant. */
  authorize(question: AccessQuestion): Promise<AccessAnswer>;
  /** A session is about to be let in. If this throws, it is not: no session without its audit entry. */
  openSession(session: OpenedSession): Promise<void>;
  /** Called until it succeeds: an end that is written down twice is written once. */
  closeSession(session: ClosedSession): Promise<void>;
  /** A session is about to connect onward from the target. If this throws, it does not. */
  forwarding(forwarding: Forwarding): Promise<void>;
  /** Somebody or something was turned away. */
  refused(refusal: Refusal): Promise<void>;
  /** Certifies the gateway's one-session key for the target: principal is the login, key id names person, grant and session. Returns the certificate blob. */
  issueTargetCertificate(request: TargetCertificateRequest): Promise<Buffer>;
  /** Returns unsubscribe. */
  onGrantEnded(listener: (ended: { grantId: string; reason: EndReason; by?: string | null }) => void): () => void;
  /** Returns unsubscribe. `cutsAt` is epoch ms, may be earlier or later than before, and is often the same. */
  onGrantExtended(listener: (extended: { grantId: string; cutsAt: number }) => void): () => void;
  /**
   * Something was said that could not be understood, the end of a grant perhaps: every session has to be asked about.
   * Returns unsubscribe.
   */
  onDoubt(listener: () => void): () => void;
  /** The others have taken this gateway for dead, and its sessions for over: they must be. Returns unsubscribe. */
  onTakenForDead(listener: () => void): () => void;
  /** How long nothing has been heard of the rest of the backend, ms: a grant may have been revoked since. */
  silentForMs(): number;
}

export interface AccessQuestion {
  readonly grantId: string;
  /** The whole user name given to the gateway, `login@target`, and its two parts. */
  readonly username: string;
  readonly login: string;
  readonly target: string;
  readonly certificate: CertificateFacts;
  readonly sourceAddress: string;
  readonly clientVersion: string;
}

/** What the audit log keeps of a certificate. */
export interface CertificateFacts {
  /** Decimal. */
  readonly serial: string;
  readonly keyId: string;
  /** SHA256:… of the certified key. */
  readonly fingerprint: string;
  /** Epoch ms. */
  readonly validBefore: number;
}

export type AccessAnswer =
  | { readonly ok: true; readonly grant: LiveGrant }
  /** `code` goes to the audit log, `message` (one sentence) to the person at the client. */
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      /** Nothing that is open with the grant may go on either. Absent where it may: it drains, or cannot be asked. */
      readonly over?: { readonly reason: EndReason; readonly by: string | null };
      /** What is open may go on, though nothing new is opened: it drains, or its target was taken out of the policy. */
      readonly mayGoOn?: true;
    };

export interface LiveGrant {
  readonly id: string;
  /** Epoch ms on the backend's clock. Nothing new is opened from here on; `authorize` sees to that. */
  readonly endsAt: number;
  /** When what is open is cut: `endsAt`, or later where policy lets sessions drain. */
  readonly cutsAt: number;
  readonly login: string;
  readonly target: {
    readonly name: string;
    readonly address: string;
    readonly port: number;
    /** Public key lines of the target; any other key is refused. */
    readonly hostKeys: readonly string[];
  };
  readonly person: { readonly id: string; readonly email: string; readonly name: string };
  readonly limits: GatewayLimits;
}

/** What a session may do. */
export interface GatewayLimits {
  readonly shell: boolean;
  readonly exec: boolean;
  readonly sftp: boolean;
  /** Connections onward from the target that the client asks for (-L, -D, -W). Default false. */
  readonly forward?: boolean;
  /** Default true. */
  readonly pty?: boolean;
  /** Names of variables a client may set, `*` at the end matches any rest. Default LANG, LC_*, COLORTERM. */
  readonly env?: readonly string[];
}

export interface OpenedSession {
  readonly sessionId: string;
  readonly grantId: string;
  readonly personId: string;
  readonly login: string;
  readonly target: string;
  readonly certificate: CertificateFacts;
  readonly sourceAddress: string;
  readonly clientVersion: string;
  /** Epoch ms. */
  readonly at: number;
}

/** `closed` = by the person's client; `target-closed` = by the target; `lost` = a connection broke, or the rest of the backend was silent for too long; `gateway-stopped`. */
export type SessionEnd = EndReason | 'closed' | 'target-closed' | 'lost' | 'gateway-stopped';

export interface ClosedSession {
  readonly sessionId: string;
  readonly grantId: string;
  readonly reason: SessionEnd;
  /** Epoch ms. */
  readonly at: number;
  /** Bytes of terminal, command and file data from the person and to the person. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Connections onward that the target made. */
  readonly forwarded: number;
}

export interface Forwarding {
  readonly sessionId: string;
  readonly grantId: string;
  /** `host:port`, or the path of a socket on the target, as the client asked for it. */
  readonly to: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface Refusal {
  readonly code: string;
  /** One sentence, the same one the client was shown. */
  readonly message: string;
  readonly at: number;
  readonly sourceAddress: string;
  readonly clientVersion: string;
  readonly username: string;
  /** Whatever was proved or at least claimed; null when unknown. */
  readonly grantId: string | null;
  readonly sessionId: string | null;
  readonly certificate: CertificateFacts | null;
  /** Of a refusal that stands for several: how many, since when (epoch ms), and the first few addresses. */
  readonly count?: number;
  readonly since?: number;
  readonly addresses?: readonly string[];
}

export interface TargetCertificateRequest {
  /** Plain Ed25519 blob of the gateway's key for this session. */
  readonly publicKey: Buffer;
  readonly grantId: string;
  readonly sessionId: string;
}
