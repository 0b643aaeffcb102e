package dev.theca.image.sign;

import dev.theca.image.ImageRef;
import dev.theca.wire.Outcome;
import java.nio.charset.StandardCharsets;

/** What registries and users write about signatures, read as the policy's judge does. */
public final class FuzzSign {
  private static final ImageName NAME =
      new ImageName.Docker(ImageRef.parse("registry.example/team/app:1").orThrow());
  private static final SignatureMeans MEANS = SignatureMeans.of(KeyMaterial.none());

  private FuzzSign() {}

  public static void policy(byte[] in) {
    if (ImagePolicy.parse(in, MEANS) instanceof Outcome.Granted<ImagePolicy>(var policy)
        && policy.chosen(NAME).requirements().isEmpty())
      throw new IllegalStateException("a policy that asks for nothing");
  }

  public static void payload(byte[] in) {
    var unused = SimpleSigning.parse(in);
  }

  public static void bundle(byte[] in) {
    var unused = SigstoreBundle.parse("fuzz", in);
  }

  public static void trustedRoot(byte[] in) {
    var unused = TrustedRoot.parse(in);
  }

  public static void timestamp(byte[] in) {
    var unused = TimeStamp.parse(in);
  }

  public static void checkpoint(byte[] in) {
    var unused = Checkpoint.parse(new String(in, StandardCharsets.UTF_8));
  }

  public static void notation(byte[] in) {
    var unused = NotationEnvelope.parse(in).then(NotationEnvelope::target);
  }
}
