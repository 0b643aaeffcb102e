package dev.theca.node.install;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * FUSE over io_uring, which sealed file systems are served by where the kernel lets them: a
 * parameter of its module fuse (Linux 6.14, Documentation/filesystems/fuse/fuse-io-uring.rst). It
 * is off unless somebody says otherwise, and counts for the whole machine.
 */
final class FuseRing {
  private static final byte[] ON = "Y\n".getBytes(StandardCharsets.US_ASCII);
  private static final String WHAT = "FUSE over io_uring";

  /** What the kernel has to say about it. */
  enum State {
    /** Nobody has loaded the module yet. */
    NO_MODULE,
    /** The kernel is too old, or was built without it. */
    ABSENT,
    OFF,
    ON
  }

  private final Path root;
  private final Path module;
  private final Path parameter;

  FuseRing(Path root) {
    this.root = root;
    module = root.resolve("sys/module/fuse");
    parameter = module.resolve("parameters/enable_uring");
  }

  State state() throws IOException {
    if (!Files.isDirectory(module)) return State.NO_MODULE;
    if (!Files.exists(parameter)) return State.ABSENT;
    return Files.readString(parameter).startsWith("Y") ? State.ON : State.OFF;
  }

  /** Whether an installation has touched it. */
  boolean isOf(Record record) {
    return record.of(parameter).isPresent() || record.of(lasting()).isPresent();
  }

  /** A module takes its options when it is loaded; one that is built in has no such moment. */
  private boolean isLoaded() {
    return Files.exists(module.resolve("initstate"));
  }

  private Path lasting() {
    return isLoaded()
        ? root.resolve("etc/modprobe.d/theca-fuse.conf")
        : root.resolve("etc/tmpfiles.d/theca-fuse.conf");
  }

  /**
   * What switches it on, if that is wanted, or was by the installation that is brought up to date.
   */
  Outcome<List<Planned>> files(Optional<Boolean> wanted, Optional<Record> record)
      throws IOException {
    boolean was = record.isPresent() && isOf(record.get());
    if (!wanted.orElse(was)) return Outcome.granted(List.of());
    boolean offered = state() == State.OFF || state() == State.ON;
    return wanted.isEmpty() && !offered ? Outcome.granted(List.of()) : files();
  }

  /** From the next boot on, and now. */
  private Outcome<List<Planned>> files() throws IOException {
    return switch (state()) {
      case NO_MODULE ->
          refused("fuse-missing", "offered by the kernel", "without its module", "modprobe fuse");
      case ABSENT ->
          refused(
              "fuse-uring-absent",
              "offered by the kernel (Linux 6.14, CONFIG_FUSE_IO_URING)",
              "unknown to it",
              "install without --fuse-uring; sealed file systems work over /dev/fuse");
      case OFF, ON -> writable();
    };
  }

  private Outcome<List<Planned>> writable() throws IOException {
    var now = FileState.of(parameter).orElseThrow();
    try {
      Files.write(parameter, now.content());
    } catch (IOException e) {
      return refused(
          "fuse-uring-locked",
          "a parameter that can be set at " + parameter,
          "read only (" + e.getMessage() + ")",
          "install on the host itself, not in a container");
    }
    String line = isLoaded() ? "options fuse enable_uring=1\n" : "w " + parameter + " - - - - Y\n";
    String text = "# Sealed file systems come over io_uring; by 'theca node install'.\n" + line;
    return Outcome.granted(
        List.of(
            new Planned(
                lasting(),
                FileState.ours(text.getBytes(StandardCharsets.US_ASCII), 0644),
                List.of()),
            new Planned(parameter, now.with(ON), List.of())));
  }

  /** What a person should know of it. */
  void look(HostLook.Findings findings) throws IOException {
    switch (state()) {
      case NO_MODULE, ON -> {}
      case ABSENT ->
          findings.add(
              false,
              "fuse-uring-absent",
              WHAT,
              "offered by the kernel (Linux 6.14, CONFIG_FUSE_IO_URING)",
              "unknown to it",
              "works; sealed file systems take more time over /dev/fuse");
      case OFF ->
          findings.add(
              false,
              "fuse-uring-off",
              WHAT,
              "on (fuse.enable_uring)",
              "offered by this kernel, and off",
              "works; theca node install --fuse-uring makes sealed file systems faster");
    }
  }

  private static Outcome<List<Planned>> refused(
      String code, String expected, String found, String next) {
    return Outcome.refused(Code.of(code), WHAT, expected, found, next);
  }

  /** Whether a file is a parameter of the kernel's, which can be written and not replaced. */
  static boolean isParameter(Path file) {
    return file.toString().matches(".*/sys/module/[^/]+/parameters/[^/]+");
  }
}
