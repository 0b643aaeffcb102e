package dev.theca.image.remote;

import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.image.Index;
import dev.theca.image.Manifest;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What users, networks and registries write, read as the registry client does. */
public final class FuzzRemote {
  private static final ImageRef REF = ImageRef.parse("x.a.test/b/c:1").orThrow();

  private FuzzRemote() {}

  public static void registriesConf(byte[] in) {
    String text = new String(in, StandardCharsets.UTF_8);
    var conf = RegistriesConf.parse(text);
    if (!conf.isGranted()) return;
    var unused = conf.orThrow().pull(REF);
    var unused2 = conf.orThrow().push(REF);
    var unused3 = conf.orThrow().shortName(text);
  }

  public static void authFile(byte[] in) {
    var file = AuthFile.parse(Secret.moveFrom(in.clone()), "fuzz");
    if (!file.isGranted()) return;
    try (var open = file.orThrow()) {
      var unused = open.of("a.test", "b/c");
    }
  }

  public static void challenge(byte[] in) {
    String text = new String(in, StandardCharsets.ISO_8859_1);
    if (Challenge.parse(List.of(text, text)).size() > 32)
      throw new IllegalStateException("more challenges than are kept");
  }

  public static void document(byte[] in) {
    var document = Document.of(in);
    if (!document.isGranted()) return;
    var image = Manifest.parse(document.orThrow());
    var index = Index.parse(document.orThrow());
    var unused = Referrers.subject(document.orThrow());
    if (image.isGranted() && index.isGranted())
      throw new IllegalStateException("a document that is read in two ways");
  }
}
