package dev.theca.cli.image;

import dev.theca.cli.broker.Input;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyFiles;
import dev.theca.image.sign.SignCode;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.image.spi.SimpleSignatures;
import dev.theca.interop.sign.LateOpenPgp;
import dev.theca.interop.sign.Lookaside;
import dev.theca.interop.sign.RegistriesD;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom an image must be signed by. Nothing said means: no image is good enough. */
final class PolicyOptions {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "what images must be signed by, as containers-policy.json(5)")
  private @Nullable Path policy;

  @Option(
      names = "--lookaside-dir",
      paramLabel = "DIR",
      description =
          "where GPG signatures lie, as containers-registries.d(5) (default:"
              + " ~/.config/containers/registries.d, else /etc/containers/registries.d)")
  private @Nullable Path lookaside;

  @Option(
      names = "--key",
      paramLabel = "PUBLIC_KEY",
      description = "short for a policy that wants cosign signatures of this key")
  private @Nullable Path key;

  @Option(
      names = "--trusted-root",
      paramLabel = "FILE",
      description = "short for a policy that wants signatures under certificates of this root")
  private @Nullable Path trustedRoot;

  @Option(
      names = "--identity",
      paramLabel = "WHO",
      description = "the signer's mail address or URI, as its certificate has it")
  private @Nullable String identity;

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      description = "who vouched for the identity, exactly as the certificate has it")
  private @Nullable String issuer;

  @Option(
      names = "--insecure-unsigned",
      description = "believe every image: anybody who reaches the registry can change it")
  private boolean unsigned;

  @Option(
      names = "--as",
      paramLabel = "HOST/NAME[:TAG]",
      description = "judge an image in files as the one of a registry that has this name")
  private @Nullable String as;

  Optional<String> as() {
    return Optional.ofNullable(as);
  }

  /** The policy for an image; refused where nothing was said. */
  Outcome<ImagePolicy> of(Place image, Outlet outlet) {
    long said = Stream.of(policy, key, trustedRoot).filter(one -> one != null).count();
    if (said + (unsigned ? 1 : 0) > 1)
      throw new WrongUsage("choose one of --policy, --key, --trusted-root and --insecure-unsigned");
    if ((identity == null) != (trustedRoot == null) || (issuer == null) != (trustedRoot == null))
      throw new WrongUsage("--trusted-root, --identity and --issuer go together");
    if (unsigned) {
      outlet.warn("INSECURE: " + image + " is believed without any signature");
      return parsed(policy(JsonObject.builder().put("type", "insecureAcceptAnything").build()));
    }
    if (policy != null) return ImagePolicy.parse(Input.of(policy), means());
    if (key != null) return parsed(scoped(image, signedBy(key)));
    if (trustedRoot != null) return parsed(scoped(image, keyless(trustedRoot)));
    return Outcome.refused(
        SignCode.REJECTED,
        "image " + image,
        "a policy that accepts it",
        "none: without one nothing is accepted",
        "say whose signatures count: --key FILE, --policy FILE, or --trusted-root FILE with"
            + " --identity and --issuer");
  }

  private static JsonObject signedBy(Path key) {
    return JsonObject.builder()
        .put("type", "sigstoreSigned")
        .put("keyPath", key.toAbsolutePath().toString())
        .build();
  }

  private JsonObject keyless(Path root) {
    String who = Optional.ofNullable(identity).orElseThrow();
    String member = who.contains("@") && !who.contains("://") ? "subjectEmail" : "subjectURI";
    return JsonObject.builder()
        .put("type", "sigstoreSigned")
        .put(
            "fulcio",
            JsonObject.builder()
                .put("trustedRootPath", root.toAbsolutePath().toString())
                .put("oidcIssuer", Optional.ofNullable(issuer).orElseThrow())
                .put(member, who)
                .build())
        .build();
  }

  /** For the repository of this image, and nothing else. */
  private static JsonObject scoped(Place image, JsonObject requirement) {
    String scope = image.signedName().name();
    var docker = JsonObject.builder().put(scope, JsonArray.of(requirement)).build();
    return JsonObject.builder()
        .put("default", JsonArray.of(JsonObject.builder().put("type", "reject").build()))
        .put("transports", JsonObject.builder().put("docker", docker).build())
        .build();
  }

  private static JsonObject policy(JsonObject byDefault) {
    return JsonObject.builder().put("default", JsonArray.of(byDefault)).build();
  }

  private Outcome<ImagePolicy> parsed(JsonObject json) {
    return ImagePolicy.parse(Json.write(json), means());
  }

  private SignatureMeans means() {
    return SignatureMeans.of(new KeyFiles()).withOpenPgp(new LateOpenPgp(), places(lookaside));
  }

  private static List<SimpleSignatures> places(@Nullable Path named) {
    var folder = named != null ? Optional.of(named) : usual();
    return folder.<List<SimpleSignatures>>map(f -> List.of(lookaside(f))).orElse(List.of());
  }

  /** The signature store that a folder of registries.d describes. */
  static Lookaside lookaside(Path folder) {
    if (!Files.isDirectory(folder)) throw new WrongUsage("there is no folder " + folder);
    var http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .proxy(RegistryOptions.proxies().selector())
            .build();
    return new Lookaside(RegistriesD.read(folder).orThrow(), http);
  }

  private static Optional<Path> usual() {
    String home = System.getProperty("user.home", "/");
    return Stream.of(
            Path.of(home, ".config/containers/registries.d"),
            Path.of("/etc/containers/registries.d"))
        .filter(Files::isDirectory)
        .findFirst();
  }
}
