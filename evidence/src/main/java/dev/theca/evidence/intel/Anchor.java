package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.x509.Certificate;
import java.util.Arrays;

/** Decides whether the root of a chain is trusted. */
interface Anchor {
  /** The trusted root's name. */
  String accept(Certificate root, EvidenceCode untrusted, Step step) throws Rejected;

  /** Whether the root must also prove that it signed itself; a pinned key need not. */
  boolean needsSelfSignature();

  /** By pinned keys. */
  static Anchor of(TrustRoots roots) {
    return new Anchor() {
      @Override
      public String accept(Certificate root, EvidenceCode untrusted, Step step) throws Rejected {
        return roots
            .nameOf(root)
            .orElseThrow(
                () ->
                    new Rejected(
                        untrusted,
                        step,
                        "root key of the chain",
                        "one of " + roots.names(),
                        root.subject() + ", SPKI SHA-256 " + TrustRoots.fingerprint(root)));
      }

      @Override
      public boolean needsSelfSignature() {
        return false;
      }
    };
  }

  /** As Intel's library compares: by the signature of one given certificate. */
  static Anchor of(Certificate trusted) {
    return new Anchor() {
      @Override
      public String accept(Certificate root, EvidenceCode untrusted, Step step) throws Rejected {
        if (!trusted.selfIssued())
          throw new Rejected(
              EvidenceCode.CHAIN_ANCHOR_INVALID,
              step,
              "trusted root",
              "a self-issued certificate",
              "issued by " + trusted.issuer());
        if (!Arrays.equals(trusted.signature(), root.signature()))
          throw new Rejected(
              untrusted, step, "root of the chain", "the trusted certificate", "another");
        return TrustRoots.intel().nameOf(root).orElse("");
      }

      @Override
      public boolean needsSelfSignature() {
        return true;
      }
    };
  }
}
