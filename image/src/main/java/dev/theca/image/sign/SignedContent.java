package dev.theca.image.sign;

import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Something signed, and its signature; nothing is verified. */
sealed interface SignedContent {
  byte[] signature();

  /** A simple-signing payload, as cosign has it in an image's layers. */
  record Payload(byte[] payload, byte[] signature) implements SignedContent {}

  /** An envelope of DSSE (secure-systems-lab/dsse, version 1) with its only signature. */
  record Envelope(String payloadType, byte[] payload, byte[] signature) implements SignedContent {
    /** The pre-authentication encoding: lengths first, so that no two messages have one form. */
    byte[] message() {
      byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
      var out = new ByteArrayOutputStream();
      out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(type);
      out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(payload);
      return out.toByteArray();
    }
  }

  /** A signature over the manifest's own bytes. */
  record Message(Digest digest, byte[] signature) implements SignedContent {}

  /** The digest of what the signature is over. */
  default Digest messageDigest() {
    return switch (this) {
      case Payload p -> Digest.sha256(p.payload);
      case Envelope e -> Digest.sha256(e.message());
      case Message m -> m.digest;
    };
  }
}
