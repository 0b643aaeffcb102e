package dev.theca.enclave;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBool;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How a native enclave is started: all that is measured beside its files, as deterministic CBOR.
 * The platform writes the runtime's configuration from it, so what was measured is what runs;
 * whatever else reaches the enclave comes through a bind or a named variable, and is host input.
 *
 * @param role {@code agent} or {@code app}
 * @param env measured variables, {@code NAME=value}
 * @param hostEnv names that the host may set in addition
 * @param namespaces {@code type} or {@code type@host} for one that the host chooses
 * @param mounts in order; a bind has no source here, the host names it
 * @param devices {@code path type major minor}
 */
public record LaunchMap(
    String role,
    List<String> argv,
    List<String> env,
    List<String> hostEnv,
    String cwd,
    List<String> capabilities,
    boolean noNewPrivileges,
    List<String> namespaces,
    List<Mount> mounts,
    List<Device> devices) {
  /** One mount; {@code type} bind takes its source from the host. */
  public record Mount(String destination, String type, List<String> options) {}

  /** A device node that the enclave may use. */
  public record Device(String path, String type, int major, int minor) {}

  private static final Pattern FORBIDDEN_ENV =
      Pattern.compile(
          "LD_.*|GLIBC_TUNABLES|MALLOC_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|CLASSPATH|PATH|HOME|ENV|BASH_.*|IFS|PYTHON.*|PERL5.*|NODE_OPTIONS|SSL_.*|.*_proxy|.*_PROXY");
  private static final List<String> MOUNT_TYPES =
      List.of("proc", "sysfs", "tmpfs", "devpts", "mqueue", "bind");

  public LaunchMap {
    argv = List.copyOf(argv);
    env = List.copyOf(new TreeSet<>(env));
    hostEnv = List.copyOf(new TreeSet<>(hostEnv));
    capabilities = List.copyOf(new TreeSet<>(capabilities));
    namespaces = List.copyOf(new TreeSet<>(namespaces));
    mounts = List.copyOf(mounts);
    devices = List.copyOf(devices);
    for (String name : hostEnv) {
      if (FORBIDDEN_ENV.matcher(name).matches())
        throw new IllegalArgumentException("the host must never set " + name);
    }
  }

  /** The enclave agent: no privileges, host inputs by bind, the pod's network. */
  public static LaunchMap agent(List<String> argv) {
    var mounts = base();
    mounts.add(bind("/dev/attestation"));
    mounts.add(bind("/run/theca/node"));
    mounts.add(bind("/run/theca/init-data.toml"));
    mounts.add(bind("/var/lib/theca/volumes"));
    mounts.add(bind("/var/lib/theca/durable"));
    mounts.add(bind("/etc/resolv.conf"));
    mounts.add(bind("/etc/hosts"));
    return new LaunchMap(
        "agent",
        argv,
        List.of("PATH=/nowhere"),
        List.of("THECA_LOG", "THECA_POD"),
        "/",
        List.of(),
        true,
        List.of("mount", "pid", "ipc", "uts", "network@host"),
        mounts,
        List.of());
  }

  /** The mount server of one container: it mounts, and makes the workload's tree; no network. */
  public static LaunchMap app(List<String> argv) {
    var mounts = base();
    // which transport FUSE offers, and how far a mount reads ahead
    mounts.add(new Mount("/sys", "sysfs", List.of("nosuid", "noexec", "nodev")));
    mounts.add(bind("/dev/attestation"));
    mounts.add(bind("/run/theca/handover"));
    mounts.add(bind("/var/lib/theca/volumes"));
    mounts.add(bind("/var/lib/theca/durable"));
    mounts.add(new Mount("/run/theca/mnt", "bind", List.of("rbind", "rshared")));
    mounts.add(bind("/run/theca/start"));
    return new LaunchMap(
        "app",
        argv,
        List.of("PATH=/nowhere"),
        List.of("THECA_CONTAINER_ID", "THECA_LOG"),
        "/",
        List.of("CAP_SYS_ADMIN"),
        true,
        List.of("mount", "pid", "ipc", "uts", "network"),
        mounts,
        List.of(new Device("/dev/fuse", "c", 10, 229)));
  }

  private static List<Mount> base() {
    return new ArrayList<>(
        List.of(
            new Mount("/proc", "proc", List.of("nosuid", "noexec", "nodev")),
            new Mount("/dev", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=64k")),
            new Mount(
                "/tmp", "tmpfs", List.of("nosuid", "nodev", "noexec", "mode=1777", "size=64m"))));
  }

  private static Mount bind(String destination) {
    return new Mount(destination, "bind", List.of("rbind", "rprivate"));
  }

  /**
   * Directories and files that the bundle needs as mount points: paths below its root; files end
   * without a slash.
   */
  public List<String> mountPoints() {
    var points = new ArrayList<String>();
    for (Mount mount : mounts) {
      if (mount.destination().startsWith("/dev/")) continue; // lies on the tmpfs at /dev
      boolean file =
          mount.destination().endsWith(".toml") || mount.destination().startsWith("/etc/");
      points.add(mount.destination().substring(1) + (file ? "" : "/"));
    }
    return points;
  }

  /** The names of binds, whose sources the host gives. */
  public List<String> binds() {
    return mounts.stream().filter(m -> m.type().equals("bind")).map(Mount::destination).toList();
  }

  public byte[] encode() {
    var spaces =
        namespaces.stream()
            .map(n -> Cbor.array(List.of(n.replace("@host", ""), n.endsWith("@host"))))
            .toList();
    var mountList =
        mounts.stream()
            .map(
                m -> Cbor.array(List.of(bytes(m.destination()), m.type(), Cbor.array(m.options()))))
            .toList();
    var deviceList =
        devices.stream()
            .map(d -> Cbor.array(List.of(bytes(d.path()), d.type(), d.major(), d.minor())))
            .toList();
    return Cbor.encode(
        Cbor.map(
            1, role,
            2, Cbor.array(argv.stream().map(LaunchMap::bytes).toList()),
            3, Cbor.array(env.stream().map(LaunchMap::bytes).toList()),
            4, Cbor.array(hostEnv),
            5, bytes(cwd),
            6, Cbor.array(List.of(0, 0)),
            7, Cbor.array(capabilities),
            8, noNewPrivileges,
            9, Cbor.array(spaces),
            11, Cbor.array(mountList),
            15, Cbor.array(deviceList)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the canonical form; anything else, an unknown key or a value that {@link #encode} would
   * not write, is refused.
   */
  public static Outcome<LaunchMap> parse(byte[] encoded) {
    return Cbor.decode(encoded, 1 << 20)
        .then(
            value -> {
              try {
                var map = read((CborMap) value);
                if (java.util.Arrays.equals(map.encode(), encoded)) return Outcome.granted(map);
                return refused("the canonical form with every key", "another form");
              } catch (ClassCastException
                  | IllegalArgumentException
                  | IndexOutOfBoundsException
                  | java.util.NoSuchElementException e) {
                return refused("a launch map", "something else: " + e.getMessage());
              }
            });
  }

  private static LaunchMap read(CborMap map) {
    var spaces = new ArrayList<String>();
    for (CborValue item : list(map, 9)) {
      var pair = ((CborArray) item).items();
      spaces.add(text(pair.get(0)) + (((CborBool) pair.get(1)).value() ? "@host" : ""));
    }
    var mounts = new ArrayList<Mount>();
    for (CborValue item : list(map, 11)) {
      var parts = ((CborArray) item).items();
      String type = text(parts.get(1));
      if (!MOUNT_TYPES.contains(type)) throw new IllegalArgumentException("mount type " + type);
      mounts.add(
          new Mount(
              string(parts.get(0)),
              type,
              ((CborArray) parts.get(2)).items().stream().map(LaunchMap::text).toList()));
    }
    var devices = new ArrayList<Device>();
    for (CborValue item : list(map, 15)) {
      var parts = ((CborArray) item).items();
      devices.add(
          new Device(
              string(parts.get(0)),
              text(parts.get(1)),
              number(parts.get(2)),
              number(parts.get(3))));
    }
    return new LaunchMap(
        text(map.get(1).orElseThrow()),
        list(map, 2).stream().map(LaunchMap::string).toList(),
        list(map, 3).stream().map(LaunchMap::string).toList(),
        list(map, 4).stream().map(LaunchMap::text).toList(),
        string(map.get(5).orElseThrow()),
        list(map, 7).stream().map(LaunchMap::text).toList(),
        ((CborBool) map.get(8).orElseThrow()).value(),
        spaces,
        mounts,
        devices);
  }

  private static List<CborValue> list(CborMap map, long key) {
    return ((CborArray) map.get(key).orElseThrow()).items();
  }

  private static String text(CborValue value) {
    return ((CborText) value).value();
  }

  private static String string(CborValue value) {
    return new String(((CborBytes) value).value(), StandardCharsets.UTF_8);
  }

  private static int number(CborValue value) {
    return Math.toIntExact(((CborInt) value).value());
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("launch-map"),
        "launch map of the bundle",
        expected,
        found,
        "build the bundle again");
  }
}
