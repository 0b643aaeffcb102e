package dev.theca.node.install;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where things are on one machine.
 *
 * @param config containerd's configuration file, whether there is one or not
 * @param programs where the launcher and the pause program are taken from
 * @param payload where they are put: the launcher's path is kept by containerd, so it must last
 * @param command what starts {@code theca}, for the unit
 * @param root where the machine's own settings are: {@code /} but in tests
 * @param unit the systemd unit to write; empty on a machine without systemd
 */
public record Site(
    Path config,
    Path state,
    Path run,
    Path payload,
    Path node,
    Path programs,
    Path runc,
    Path command,
    Path root,
    Optional<Path> unit) {
  /** The shim of confidential containers. */
  public static final String LAUNCHER = "containerd-shim-theca-v2";

  /** The shim of ordinary containers that the same daemon serves. */
  public static final String PLAIN = "containerd-shim-theca-plain-v2";

  Path launcher() {
    return payload.resolve("bin").resolve(LAUNCHER);
  }

  Path plain() {
    return payload.resolve("bin").resolve(PLAIN);
  }

  Path pause() {
    return payload.resolve("bin").resolve("pause");
  }

  Path home() {
    return state.resolve("install");
  }

  Path snapshotSocket() {
    return run.resolve("snapshots.sock");
  }

  Path dropIn() {
    return config.resolveSibling("conf.d").resolve("theca.toml");
  }
}
