package dev.theca.cli.image;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageWriter;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.crypt.SecretFile;
import dev.theca.image.sign.CosignSigner;
import dev.theca.image.sign.SimpleSigning;
import dev.theca.interop.sign.BcOpenPgp;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca image sign}: cosign's signatures, at a tag and as a referrer, or GPG's. */
@Command(
    name = "sign",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Signs what a name stands for.",
      "Without further words as cosign 2 does, at the tag sha256-<digest>.sig; --referrer stores",
      "a sigstore bundle as cosign 3 does.",
      "With --gpg-key the signature goes to the lookaside place of registries.d.",
      "",
      "Examples:",
      "  theca image sign --key cosign.key registry.example/app:1",
      "  theca image sign --key cosign.key --tag --referrer registry.example/app:1",
      "  theca image sign --key cosign.key oci:app:1 --as registry.example/app:1",
      "  theca image sign --gpg-key secret.gpg --lookaside-dir places.d registry.example/app:1"
    })
final class SignCommand implements Callable<Integer> {
  private static final int MAX_KEYRING = 4 << 20;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private RegistryOptions registries = new RegistryOptions();
  @Mixin private Passphrase passphrase = new Passphrase();

  @Parameters(paramLabel = "IMAGE", description = "the image")
  private String image = "";

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "private key: cosign's file, or PEM (EC, RSA, Ed25519)")
  private @Nullable Path key;

  @Option(names = "--key-from-stdin", description = "read the private key from standard input")
  private boolean keyFromInput;

  @Option(
      names = "--gpg-key",
      paramLabel = "FILE",
      description = "exported secret keyring, for a GPG simple signature")
  private @Nullable Path gpgKey;

  @Option(
      names = "--lookaside-dir",
      paramLabel = "DIR",
      description = "registries.d with the place that GPG signatures are written to")
  private @Nullable Path lookaside;

  @Option(names = "--tag", description = "sign at the tag sha256-<digest>.sig")
  private boolean tag;

  @Option(names = "--referrer", description = "sign with a bundle that refers to the image")
  private boolean referrer;

  @Option(names = "--all-platforms", description = "sign each image of an index, too")
  private boolean all;

  @Option(
      names = "--as",
      paramLabel = "HOST/NAME[:TAG]",
      description = "the name that the signature carries, for an image in files")
  private @Nullable String as;

  @Override
  public Integer call() {
    return output.run(this::sign);
  }

  private int sign(Outlet outlet) throws IOException {
    var place = Place.of(image, Optional.ofNullable(as));
    var name = place.signedName();
    try (var session = registries.open(outlet);
        var reader = place.reader(session.registries());
        var writer = place.writer(session.registries())) {
      var root = reader.root().orThrow();
      var documents = new ArrayList<Document>(List.of(root));
      if (all && root.isIndex())
        documents.addAll(Images.of(reader, root, new ImageCopy.Choice.All()).orThrow());
      var made = new ArrayList<String>();
      if (gpgKey != null) gpg(gpgKey, place, documents, made);
      else cosign(reader, writer, name.name(), documents, made);
      return outlet.say(json(place, root, made), text(place, root, made));
    }
  }

  private void cosign(
      ImageReader reader,
      ImageWriter writer,
      String repository,
      List<Document> documents,
      List<String> made)
      throws IOException {
    var signer = new CosignSigner(SigningKeys.read(key, keyFromInput, passphrase).orThrow());
    for (Document document : documents) {
      if (tag || !referrer) {
        signer.byTag(reader, writer, repository, document.digest()).orThrow();
        made.add("tag " + Attachments.signatureTag(document.digest()));
      }
      if (referrer) {
        var digest = signer.byReferrer(writer, repository, document.descriptor()).orThrow();
        made.add("referrer " + digest);
      }
    }
  }

  /** containers-signature(5): the whole reference, tag and all. */
  private void gpg(Path keyring, Place place, List<Document> documents, List<String> made) {
    if (key != null || keyFromInput || tag || referrer)
      throw new WrongUsage("--gpg-key goes without --key, --tag and --referrer");
    if (lookaside == null) throw new WrongUsage("say where GPG signatures go: --lookaside-dir DIR");
    var store = PolicyOptions.lookaside(lookaside);
    var name = place.signedName();
    String reference = name.name() + (name.tag().isEmpty() ? "" : ":" + name.tag());
    try (var ring = SecretFile.read(keyring, MAX_KEYRING).orThrow();
        var words = gpgPassphrase()) {
      for (Document document : documents) {
        byte[] payload =
            new SimpleSigning(SimpleSigning.GPG, reference, document.digest())
                .bytes(JsonObject.builder().put("creator", "theca").build());
        byte[] signature = new BcOpenPgp().sign(payload, ring, words, Instant.now()).orThrow();
        made.add(store.store(name, document.digest(), signature).orThrow().toString());
      }
    }
  }

  private Secret gpgPassphrase() {
    return passphrase.given() ? passphrase.read() : Secret.moveFrom(new byte[0]);
  }

  private static JsonObject json(Place place, Document root, List<String> made) {
    return JsonObject.builder()
        .put("name", place.toString())
        .put("digest", root.digest().toString())
        .put("signatures", (JsonValue) JsonArray.strings(made))
        .build();
  }

  private static String text(Place place, Document root, List<String> made) {
    return "signed " + place + "\n" + root.digest() + "\n" + String.join("\n", made) + "\n";
  }
}
