package dev.theca.cli.seal;

import dev.theca.broker.reference.ReferenceSigner;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.Signing;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Passphrase;
import dev.theca.cli.image.PlatformOptions;
import dev.theca.cli.image.RegistryOptions;
import dev.theca.cli.image.SigningKeys;
import dev.theca.image.sign.SigningKey;
import dev.theca.wire.kbs.Kbs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The owner's terms on the command line: with which keys, under which names. */
final class SealOptions {
  private static final String PATH = "TENANT/TYPE/TAG";

  @Mixin final Connection broker = new Connection();
  @Mixin final RegistryOptions registries = new RegistryOptions();
  @Mixin private final PlatformOptions.OneOrAll platform = new PlatformOptions.OneOrAll();
  @Mixin private final Passphrase passphrase = new Passphrase();

  @Option(
      names = "--sign-key",
      paramLabel = "FILE",
      description = "private key that signs, as 'theca image keygen' or cosign make it")
  private @Nullable Path signKey;

  @Option(
      names = "--encryption-key",
      paramLabel = "RECIPIENT",
      description =
          "one more recipient, as skopeo names it: jwe:FILE, pkcs7:FILE, pgp:MAIL; repeatable")
  private List<String> recipients = new ArrayList<>();

  @Option(
      names = "--key",
      paramLabel = PATH,
      description = "the image's key at the broker (default: named after image and destination)")
  private @Nullable String key;

  @Option(
      names = "--signature-key",
      paramLabel = PATH,
      description =
          "the public half of the signing key at the broker (default: named after the key)")
  private @Nullable String signatureKey;

  @Option(
      names = "--image-policy",
      paramLabel = PATH,
      defaultValue = "default/security-policy/images",
      description =
          "the policy that will demand the signature for the destination's repository (default:"
              + " ${DEFAULT-VALUE})")
  private String imagePolicy = "default/security-policy/images";

  @Option(
      names = "--workload-policy",
      paramLabel = PATH,
      description = "a policy that will let the repository's images use the key")
  private @Nullable String workloadPolicy;

  @Option(
      names = "--reference-key",
      paramLabel = "FILE",
      description =
          "who vouches for the digest, of 'theca broker reference keygen' (default:"
              + " provenance-key.jwk beside the token)")
  private @Nullable Path referenceKey;

  @Option(
      names = "--reference-key-name",
      paramLabel = "NAME",
      description = "under which the broker knows that key")
  private @Nullable String referenceKeyName;

  @Option(names = "--referrer", description = "store a sigstore bundle that refers to it as well")
  private boolean referrer;

  @Option(
      names = "--no-broker",
      description = "tell no broker: encrypt for the named recipients, push and sign only")
  private boolean noBroker;

  Terms terms() {
    for (String path :
        new String[] {given(key), given(signatureKey), imagePolicy, given(workloadPolicy)})
      if (!path.isEmpty() && !Kbs.isResourcePath(path))
        throw new WrongUsage("a resource is named TENANT/TYPE/TAG, not " + path);
    if (noBroker && recipients.isEmpty())
      throw new WrongUsage("--no-broker needs somebody who can open it: --encryption-key");
    return new Terms(
        Optional.ofNullable(key),
        recipients,
        Optional.ofNullable(signatureKey),
        imagePolicy,
        Optional.ofNullable(workloadPolicy),
        platform.choice(),
        referrer,
        !noBroker);
  }

  private static String given(@Nullable String text) {
    return text == null ? "" : text;
  }

  SigningKey signer() throws IOException {
    if (signKey == null) throw new WrongUsage("say which key signs: --sign-key FILE");
    return SigningKeys.read(signKey, false, passphrase).orThrow();
  }

  ReferenceSigner references() {
    return Signing.signer(referenceKey, referenceKeyName, broker.token());
  }
}
