package dev.theca.broker.kbs;

import dev.theca.wire.Code;
import java.util.Locale;

/** Why a request of the handshake or for a resource is refused. */
public enum KbsCode implements Code {
  /** The cookie is none of ours, or its time is over. */
  SESSION_UNKNOWN,
  /** The nonce is not the one of this session's challenge. */
  NONCE_STALE,
  /** The challenge was answered wrongly too often. */
  NONCE_SPENT,
  /** The session is attested already, and this is another attestation. */
  SESSION_ATTESTED,
  /** The request is not what the protocol describes. */
  KBS_REQUEST,
  /** Another version of the protocol. */
  KBS_VERSION,
  /** No TEE of this name is verified here. */
  TEE_UNSUPPORTED,
  /** The client cannot make a hash that is accepted here. */
  HASH_UNSUPPORTED,
  /** Neither an attested session nor a token. */
  TOKEN_MISSING,
  /** The path names no resource. */
  RESOURCE_PATH,
  /** Nothing is kept under this path. */
  RESOURCE_MISSING;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
