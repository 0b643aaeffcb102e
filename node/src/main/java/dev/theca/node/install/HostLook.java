package dev.theca.node.install;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Kernel, control groups, rights and runc. */
final class HostLook {
  /** Takes a finding. */
  @FunctionalInterface
  interface Findings {
    void add(boolean problem, String code, String what, String expected, String found, String next);
  }

  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final int CAP_SYS_RESOURCE = 24;
  private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)");

  /** bufio.MaxScanTokenSize of Go. */
  private static final int SCANNED = 64 << 10;

  private final Findings findings;
  private final Path mountTable;

  HostLook(Findings findings) {
    this(findings, Path.of("/proc/self/mountinfo"));
  }

  HostLook(Findings findings, Path mountTable) {
    this.findings = findings;
    this.mountTable = mountTable;
  }

  void look(Site site) throws IOException {
    kernel();
    boolean second = Files.exists(CGROUPS.resolve("cgroup.controllers"));
    boolean first = Files.isDirectory(CGROUPS.resolve("memory"));
    if (!second && first)
      findings.add(
          false,
          "cgroup-v1",
          "control groups",
          "version 2",
          "version 1",
          "works; version 2 gives events of memory without polling");
    if (!second && !first)
      findings.add(
          true,
          "cgroup-missing",
          "control groups",
          "mounted at " + CGROUPS,
          "no controller there",
          "mount them; systemd does");
    if (!Files.exists(Path.of("/dev/fuse")))
      findings.add(true, "fuse-missing", "/dev/fuse", "there", "absent", "modprobe fuse");
    if (!Files.readString(Path.of("/proc/filesystems")).contains("\toverlay"))
      findings.add(
          true, "overlay-missing", "overlayfs", "in the kernel", "absent", "modprobe overlay");
    mounts();
    new FuseRing(site.root()).look(findings);
    runc(site.runc());
  }

  /** Somebody's overlay of many layers, each with a long name. */
  private void mounts() throws IOException {
    for (String line : Files.readAllLines(mountTable, StandardCharsets.ISO_8859_1)) {
      if (line.length() < SCANNED) continue;
      String[] fields = line.split(" ", 6);
      findings.add(
          true,
          "mount-line-long",
          "mount at " + (fields.length > 4 ? fields[4] : "an unknown place"),
          "a line of less than 64 KiB in " + mountTable,
          "one of " + line.length() + " bytes",
          "runc fails now and then over it (token too long): unmount it, or give its layers"
              + " shorter names");
    }
  }

  private void kernel() throws IOException {
    String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    var numbers = NUMBERS.matcher(release);
    if (!numbers.find()) return;
    int version = Integer.parseInt(numbers.group(1)) * 1000 + Integer.parseInt(numbers.group(2));
    if (version < 5_012)
      findings.add(
          true,
          "kernel-old",
          "kernel",
          "5.12 or later",
          release,
          "boot a later kernel: id-mapped mounts and pidfds are needed");
    else if (version < 6_015)
      findings.add(
          false,
          "kernel-exit-codes",
          "kernel",
          "6.15 or later",
          release,
          "works; exit codes of containers that end while the daemon restarts are unknown");
  }

  /** Whether this process may lower its score, and so containerd most likely, too. */
  static boolean mayLowerScores() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (!line.startsWith("CapEff:")) continue;
      long held = Long.parseUnsignedLong(line.substring(7).strip(), 16);
      return (held >> CAP_SYS_RESOURCE & 1) != 0;
    }
    return true;
  }

  private void runc(Path runc) throws IOException {
    if (!Files.isExecutable(runc)) {
      findings.add(
          true,
          "runc-missing",
          runc.toString(),
          "a program",
          "absent",
          "apt-get install runc, or name it: --runc FILE");
      return;
    }
    var ran = Ran.of(List.of(runc.toString(), "features"), Duration.ofSeconds(10));
    var features = Json.object(ran.out().getBytes(StandardCharsets.UTF_8));
    if (ran.code() != 0 || !features.isGranted()) {
      findings.add(
          true,
          "runc-old",
          runc.toString(),
          "1.1 or later, with 'features'",
          ran.complaint(),
          "install a later runc");
      return;
    }
    boolean mapped =
        features
            .orThrow()
            .object("linux")
            .flatMap((JsonObject l) -> l.object("mountExtensions"))
            .flatMap(m -> m.object("idmap"))
            .flatMap(i -> i.bool("enabled"))
            .orElse(false);
    if (!mapped)
      findings.add(
          false,
          "runc-idmap",
          runc.toString(),
          "id-mapped mounts (1.2 or later)",
          "without them",
          "works; pods with user namespaces (hostUsers: false) are not offered");
  }
}
