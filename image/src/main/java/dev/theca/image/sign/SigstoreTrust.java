package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.x509.Certificate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a sigstoreSigned requirement believes, with its material read. */
sealed interface SigstoreTrust {
  SignedIdentity identity();

  /** Keys; with logs, an entry of one of them as well. */
  record Keys(List<SignatureKey> keys, List<TrustedLog> logs, SignedIdentity identity)
      implements SigstoreTrust {}

  /** Certificates of authorities, entered in a log; {@code sct}: in a certificate log too. */
  record Keyless(TrustedRoot root, boolean sct, SignerRule signer, SignedIdentity identity)
      implements SigstoreTrust {}

  static Outcome<SigstoreTrust> keys(KeyMaterial material, Requirement.SigstoreKeys wanted) {
    return publicKeys(wanted.keys(), material)
        .then(
            keys ->
                publicKeys(wanted.rekorKeys(), material)
                    .map(
                        rekor ->
                            new Keys(
                                keys,
                                rekor.stream().map(TrustedLog::of).toList(),
                                wanted.identity())));
  }

  static Outcome<SigstoreTrust> keyless(KeyMaterial material, Requirement.SigstoreKeyless wanted) {
    if (wanted.trustedRoot())
      return wanted
          .authority()
          .read(material)
          .then(TrustedRoot::parse)
          .map(root -> new Keyless(root, true, wanted.signer(), wanted.identity()));
    return wanted
        .authority()
        .read(material)
        .then(SigstoreTrust::authorities)
        .then(
            authorities ->
                publicKeys(wanted.rekorKeys(), material)
                    .map(
                        rekor ->
                            new Keyless(
                                new TrustedRoot(
                                    authorities,
                                    rekor.stream().map(TrustedLog::of).toList(),
                                    List.of(),
                                    List.of()),
                                false,
                                wanted.signer(),
                                wanted.identity())));
  }

  /** Each certificate of a PEM file is an authority of its own, as containers/image has it. */
  private static Outcome<List<TrustedAuthority>> authorities(byte[] pem) {
    var blocks = Pem.read("CERTIFICATE", new String(pem, StandardCharsets.US_ASCII));
    var list = new ArrayList<TrustedAuthority>();
    for (byte[] der : blocks.orElse(List.of())) {
      if (!(Certificate.parse(der) instanceof Outcome.Granted<Certificate>(var certificate)))
        return noAuthority("a block that is none");
      list.add(new TrustedAuthority(List.of(certificate), Validity.ALWAYS));
    }
    return list.isEmpty() ? noAuthority("other text") : Outcome.granted(list);
  }

  private static <T> Outcome<T> noAuthority(String found) {
    return SignCode.KEY.refused(
        "certificates of the signing CA", "certificates in PEM", found, "correct the policy");
  }

  private static Outcome<List<SignatureKey>> publicKeys(
      List<Requirement.KeyPlace> places, KeyMaterial material) {
    return RequirementJudge.read(places, material)
        .then(
            texts -> {
              var keys = new ArrayList<SignatureKey>();
              for (byte[] text : texts) {
                switch (SignatureKey.pem(text)) {
                  case Outcome.Granted<SignatureKey>(var key) -> keys.add(key);
                  case Outcome.Refused<SignatureKey> no -> {
                    return no.as();
                  }
                }
              }
              return Outcome.granted(List.copyOf(keys));
            });
  }
}
