package dev.theca.image.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
import dev.theca.image.crypt.AgentUnwrap;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.pull.ImagePull;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.remote.Retries;
import dev.theca.image.remote.Timeouts;
import dev.theca.image.sign.ImageName;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyMaterial;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.image.unpack.Limits;
import dev.theca.kit.HostileRegistry;
import dev.theca.kit.MadeImage;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * One image, {@code shop/web:1}, sealed and signed by its owner, at a registry that plays tricks;
 * and the whole way from there to a tree. After each pull it looks for what must not be there: a
 * tree that was refused, temporary files, threads, open files, and after the last one sockets.
 */
final class Siege implements AutoCloseable {
  static final String REPOSITORY = "shop/web";

  /** For what a test waits for to pass. */
  static final Duration SHORT = Duration.ofMillis(400);

  /** For what is not to pass, on a machine that does something else meanwhile too. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final int LAYER_BYTES = 300_000;

  private final Way way;
  private final Path folder;
  private int pulls;
  private final int socketsBefore = Leaks.sockets();
  final HostileRegistry registry;
  final Owner owner = new Owner();
  final Owner.Layer lower;
  final Owner.Layer upper;
  final MadeImage image;
  private final RemoteSettings settings;
  private Registries registries;

  /** A registry without TLS that the client was told about. */
  static Siege plain(Way way, Path folder) throws IOException {
    var registry = HostileRegistry.start();
    return new Siege(way, folder, registry, settings(registry.address()));
  }

  Siege(Way way, Path folder, HostileRegistry registry, RemoteSettings settings)
      throws IOException {
    this.way = way;
    this.folder = folder;
    this.registry = registry;
    this.settings = settings;
    this.registries = new Registries(settings);
    this.lower = owner.seal("lower", tar(1));
    this.upper = owner.seal("upper", tar(2));
    this.image = Owner.image(lower, upper);
    registry.image(REPOSITORY, "1", image);
    sign(image);
  }

  static RemoteSettings settings(String... insecure) {
    return RemoteSettings.standard()
        .withInsecure(Set.of(insecure))
        .withTimeouts(new Timeouts(LONG, LONG, LONG, LONG, 16 << 10))
        .withRetries(
            new Retries(3, Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(20)));
  }

  /** An archive of noise, which does not compress. */
  static byte[] tar(int seed) {
    byte[] noise = new byte[LAYER_BYTES];
    new Random(seed).nextBytes(noise);
    return new TarMaker().file("noise-" + seed, noise).end();
  }

  /** From here on the client waits for other times. */
  Siege waiting(UnaryOperator<Timeouts> limits) {
    registries.close();
    registries = new Registries(settings.withTimeouts(limits.apply(settings.timeouts())));
    return this;
  }

  ImageRef ref(String rest) {
    return ImageRef.parse(registry.address() + "/" + REPOSITORY + rest).orThrow();
  }

  String name() {
    return registry.address() + "/" + REPOSITORY;
  }

  void sign(MadeImage which) {
    owner.sign(registries, ref(":1"), which.digest(), name());
  }

  void sign(MadeImage which, String asName) {
    owner.sign(registries, ref(":1"), which.digest(), asName);
  }

  /** The paths under which the registry is asked for a layer. */
  static String path(Owner.Layer layer) {
    return ".*/blobs/" + layer.descriptor().digest();
  }

  /** Another image takes the tag. */
  Siege tag(MadeImage other) {
    registry.image(REPOSITORY, "1", other);
    return this;
  }

  /** How a pull ended: {@code granted}, the code of a refusal, {@code fault} or both of them. */
  record Verdict(String code, String words) {
    Verdict is(String expected) {
      assertThat(code).as(words).isEqualTo(expected);
      return this;
    }

    void saying(String text) {
      assertThat(words).contains(text);
    }

    private static Verdict of(String code, List<Refusal> reasons) {
      return new Verdict(
          code + reasons.getFirst().code().id(),
          reasons.stream().map(Refusal::toString).collect(Collectors.joining("\n")));
    }
  }

  /** Pulls by tag, under the owner's policy. */
  Verdict pull() {
    return pull(":1");
  }

  Verdict pull(String rest) {
    return pull(rest, owner.policy(name()), way.limits);
  }

  /** Pulls what nobody signed. */
  Verdict pullAnything() {
    return pull(":1", ANYTHING, way.limits);
  }

  Verdict pullAnything(Limits limits) {
    return pull(":1", ANYTHING, limits);
  }

  Limits limits() {
    return way.limits;
  }

  private static final byte[] ANYTHING =
      "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}"
          .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  Verdict pull(String rest, byte[] policy, Limits limits) {
    Path target = target();
    var verdict = new AtomicReference<>(new Verdict("nothing", ""));
    var demands =
        new ImagePull.Demands(
            ImagePolicy.parse(policy, SignatureMeans.of(KeyMaterial.none())).orThrow(),
            () -> Outcome.granted(new OcicryptOpener(List.of(new AgentUnwrap(owner)))),
            true,
            Platform.LINUX_AMD64);
    var pull = new ImagePull(new JavaZstd(), limits, Progress.silent(), InstantSource.system());
    try (var reader = registries.reader(ref(rest)).orThrow()) {
      boolean granted =
          way.unpack(
              target,
              limits,
              sink -> {
                verdict.set(verdict(pull, rest, reader, demands, sink));
                assertThat(Leaks.threads()).as("threads that outlive a pull").isEmpty();
                return verdict.get().code.equals("granted");
              });
      assertThat(published(target)).isEqualTo(granted ? List.of("tree") : List.of());
    }
    assertThat(Leaks.filesBelow(target)).as("open files").isEmpty();
    return verdict.get();
  }

  private Verdict verdict(
      ImagePull pull,
      String rest,
      dev.theca.image.ImageReader reader,
      ImagePull.Demands demands,
      dev.theca.image.unpack.TreeSink sink) {
    try {
      return switch (pull.pull(new ImageName.Docker(ref(rest)), reader, demands, sink)) {
        case Outcome.Granted<ImagePull.Pulled> yes -> new Verdict("granted", "");
        case Outcome.Refused<ImagePull.Pulled>(var reasons) -> Verdict.of("", reasons);
      };
    } catch (ImageException e) {
      return e.getCause() instanceof RefusedException refused
          ? Verdict.of("fault: ", refused.reasons())
          : new Verdict("fault", String.valueOf(e.getMessage()));
    }
  }

  private Path target() {
    try {
      return Files.createDirectory(folder.resolve("pull-" + ++pulls));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> published(Path target) {
    try (var names = Files.list(target)) {
      return names.map(path -> path.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    registries.close();
    registry.close();
    assertThat(Leaks.settled(() -> Leaks.sockets() <= socketsBefore, true))
        .as("all sockets are closed")
        .isTrue();
  }
}
