package dev.theca.simulator;

import dev.theca.enclave.Bundle;
import dev.theca.enclave.EnclaveIdentity;
import dev.theca.enclave.LaunchMap;
import dev.theca.enclave.Measurement;
import dev.theca.enclave.RootfsIndex;
import dev.theca.enclave.SigStruct;
import dev.theca.linux.Mounts;
import dev.theca.linux.fuse.FuseOptions;
import dev.theca.linux.fuse.FuseSession;
import dev.theca.linux.fuse.Transport;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Imports bundles, measures and launches them, binds them to their process, and forgets them when
 * it ends. What is measured here is read here: no caller says what a measurement is.
 */
final class Instances {
  private static final HexFormat HEX = HexFormat.of();
  private static final long INIT = 1;

  private final Platform platform;
  private final Path store;
  private final Path bundles;
  private final Path files;
  private final Map<String, Instance> instances = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();

  Instances(Platform platform, Path state, Path run) throws IOException {
    this.platform = platform;
    this.store = Files.createDirectories(state.resolve("store"));
    this.bundles = Files.createDirectories(state.resolve("bundles"));
    this.files = Files.createDirectories(run.resolve("attestation"));
    Mounts.detach(files);
    Mounts.bind(files, files, false);
    Mounts.propagation(files, Mounts.MS_SHARED); // mount namespaces of pods see what comes later
  }

  /** Copies a bundle's tree into the store, hashing as it copies. */
  Outcome<JsonObject> importBundle(Path bundle) throws IOException {
    byte[] salt = new byte[8];
    random.nextBytes(salt);
    Path part = store.resolve("part-" + HEX.formatHex(salt));
    try {
      byte[] index = RootfsIndex.copying(bundle.resolve(Bundle.ROOTFS), part);
      String id = Digest.sha256(index).hex();
      Path target = store.resolve(id);
      if (Files.exists(target)) {
        delete(part);
      } else {
        Files.write(store.resolve(id + ".index"), index);
        Files.move(part, target);
      }
      return Outcome.granted(JsonObject.builder().put("contentId", id).build());
    } catch (RootfsIndex.Unmeasurable e) {
      delete(part);
      return refused(
          "launch-import",
          "root file system of the bundle",
          "files, directories and symlinks that hold still",
          String.valueOf(e.getMessage()),
          "build the bundle again");
    }
  }

  /**
   * ECREATE to EINIT in one: measures, checks the signature over that measurement, and prepares
   * what runc will start.
   */
  Outcome<JsonObject> launch(JsonObject request) throws IOException {
    Path bundle = Path.of(request.requireString("bundle").orThrow());
    String content = request.requireString("contentId").orThrow();
    if (!content.matches("[0-9a-f]{64}") || !Files.exists(store.resolve(content))) {
      return refused(
          "launch-content",
          "imported content",
          "an id that import returned",
          "'" + content + "'",
          "import the bundle first");
    }
    byte[] mapBytes = Files.readAllBytes(bundle.resolve(Bundle.LAUNCH_MAP));
    byte[] signature = Files.readAllBytes(bundle.resolve(Bundle.SIGNATURE));
    byte[] measured =
        Measurement.of(mapBytes, Files.readAllBytes(store.resolve(content + ".index")));
    return LaunchMap.parse(mapBytes)
        .then(
            map ->
                SigStruct.verify(signature)
                    .then(signed -> admitted(measured, signed))
                    .then(enclave -> prepare(request, map, content, enclave)));
  }

  /** What EINIT compares. */
  private static Outcome<EnclaveIdentity> admitted(byte[] measured, SigStruct signed) {
    if (!java.util.Arrays.equals(measured, signed.mrEnclave())) {
      return refused(
          "launch-measurement",
          "measurement of the bundle",
          "MRENCLAVE " + HEX.formatHex(signed.mrEnclave()) + ", which its builder signed",
          "MRENCLAVE " + HEX.formatHex(measured),
          "install the bundle again: files or launch map are not those that were signed");
    }
    long flags = SigStruct.NATIVE_FLAGS;
    if ((flags & signed.flagsMask()) != (signed.flags() & signed.flagsMask())
        || (SigStruct.NATIVE_XFRM & signed.xfrmMask()) != (signed.xfrm() & signed.xfrmMask())) {
      return refused(
          "launch-attributes",
          "attributes of the enclave",
          "those of a native production bundle",
          "flags " + Long.toHexString(signed.flags()),
          "sign the bundle without debug");
    }
    return Outcome.granted(
        new EnclaveIdentity(
            measured,
            signed.mrSigner(),
            signed.isvProdId(),
            signed.isvSvn(),
            flags | INIT,
            SigStruct.NATIVE_XFRM,
            0));
  }

  private Outcome<JsonObject> prepare(
      JsonObject request, LaunchMap map, String content, EnclaveIdentity enclave) {
    String configHex = request.string("configId").orElse("");
    if (!configHex.matches("([0-9a-f]{128})?"))
      return refused(
          "launch-config-id",
          "CONFIGID",
          "128 hex digits or nothing",
          "other text",
          "give the padded digest of the init data");
    byte[] id = new byte[16];
    random.nextBytes(id);
    String name = HEX.formatHex(id);
    Path mount = files.resolve(name);
    var config = RuntimeConfig.write(map, request, store.resolve(content), mount);
    return config.map(
        json -> {
          try {
            Path bundle = Files.createDirectory(bundles.resolve(name));
            Files.write(bundle.resolve("config.json"), Json.write(json));
            Files.createDirectory(mount);
            byte[] configId = java.util.Arrays.copyOf(HEX.parseHex(configHex), 64);
            var instance = new Instance(name, enclave, configId, bundle, mount);
            instances.put(name, instance);
            instance.serving(
                FuseSession.mount(
                    mount,
                    FuseOptions.of("theca-sim")
                        .withCheckModes(false)
                        .withThreads(1)
                        .withTransport(Transport.DEVICE),
                    new AttestationFiles(platform, instance)));
            return JsonObject.builder()
                .put("instance", name)
                .put("bundle", bundle.toString())
                .put("mrEnclave", HEX.formatHex(enclave.mrEnclave()))
                .put("mrSigner", HEX.formatHex(enclave.mrSigner()))
                .build();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot prepare an instance", e);
          }
        });
  }

  Outcome<JsonObject> bind(JsonObject request) throws IOException {
    String id = request.requireString("instance").orThrow();
    long pid = request.requireInteger("pid").orThrow();
    var instance = instances.get(id);
    var process = ProcessHandle.of(pid);
    if (instance == null || process.isEmpty()) {
      return refused(
          "launch-bind",
          "instance and process",
          "a launched instance and a living process",
          id + " and pid " + pid,
          "launch again");
    }
    if (!instance.bind(pid))
      return refused(
          "launch-bind", "instance", "one that is not bound", "one that is", "launch again");
    var unused = process.get().onExit().thenRun(() -> end(id));
    return Outcome.granted(JsonObject.builder().build());
  }

  void end(String id) {
    var instance = instances.remove(id);
    if (instance == null) return;
    instance.close();
    try {
      Mounts.detach(instance.files);
      Files.deleteIfExists(instance.files);
      delete(instance.bundle);
    } catch (IOException e) {
      System.err.println("stage=end instance=" + id + " outcome=fault reason=\"" + e + "\"");
    }
  }

  Platform platform() {
    return platform;
  }

  void endAll() {
    for (String id : instances.keySet()) end(id);
    Mounts.detach(files);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (var walk = Files.walk(folder)) {
      for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList())
        Files.delete(path);
    }
  }

  private static <T> Outcome<T> refused(
      String code, String what, String expected, String found, String next) {
    return Outcome.refused(Code.of(code), what, expected, found, next);
  }
}
