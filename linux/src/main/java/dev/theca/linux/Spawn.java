package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to start: posix_spawn(3) with nothing inherited but what is named here. Descriptors
 * that are not named are closed in the child, 0 to 2 lead to {@code /dev/null}; signals are as a
 * fresh process wants them (a virtual machine blocks and handles some); the process is the leader
 * of a group of its own. Whoever starts one must wait for its end with {@link Exits}.
 */
public final class Spawn {
  private static final int SETPGROUP = 2;
  private static final int SETSIGDEF = 4;
  private static final int SETSIGMASK = 8;
  private static final int SIGNALS = 128;
  private static final int F_DUPFD_CLOEXEC = 1030;

  /** Sources are lifted above any target, so that no duplication hits one that is still needed. */
  private static final int ABOVE = 64;

  /** Linked on first use. */
  private static final class Functions {
    static final Libc SPAWN = Libc.function("posix_spawn");
    static final Libc ACTIONS = Libc.function("posix_spawn_file_actions_init");
    static final Libc ACTIONS_END = Libc.function("posix_spawn_file_actions_destroy");
    static final Libc DUP2 = Libc.function("posix_spawn_file_actions_adddup2");
    static final Libc OPEN = Libc.function("posix_spawn_file_actions_addopen");
    static final Libc CLOSE = Libc.function("posix_spawn_file_actions_addclose");
    static final Libc CLOSE_FROM = Libc.function("posix_spawn_file_actions_addclosefrom_np");
    static final Libc FOLDER = Libc.function("posix_spawn_file_actions_addchdir_np");
    static final Libc ATTRIBUTES = Libc.function("posix_spawnattr_init");
    static final Libc FLAGS = Libc.function("posix_spawnattr_setflags");
    static final Libc DEFAULTS = Libc.function("posix_spawnattr_setsigdefault");
    static final Libc MASK = Libc.function("posix_spawnattr_setsigmask");

    private Functions() {}
  }

  private final List<String> command;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<Integer, Fd> descriptors = new LinkedHashMap<>();
  private Optional<Path> folder = Optional.empty();

  private Spawn(List<String> command) {
    this.command = List.copyOf(command);
  }

  /** Program (an absolute path) and arguments; the environment is empty until it is named. */
  public static Spawn of(List<String> command) {
    if (command.isEmpty() || !command.getFirst().startsWith("/"))
      throw new IllegalArgumentException("an absolute program is needed, not " + command);
    return new Spawn(command);
  }

  public Spawn environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** The working folder; without it this process's own. */
  public Spawn in(Path where) {
    folder = Optional.of(where);
    return this;
  }

  /**
   * Gives the child a descriptor under a number of 0 to 63. The caller keeps and closes its own.
   */
  public Spawn give(int number, Fd descriptor) {
    if (number < 0 || number >= ABOVE) throw new IllegalArgumentException("descriptor " + number);
    descriptors.put(number, descriptor);
    return this;
  }

  /** Starts it; {@link LinuxException} when there is no such program, or no process to be had. */
  public ChildProcess start() {
    var lifted = new ArrayList<Fd>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actions = arena.allocate(256, 8);
      Functions.ACTIONS.call(actions.address(), 0, 0);
      try {
        actions(arena, actions.address(), lifted);
        return start(arena, actions);
      } finally {
        Functions.ACTIONS_END.call(actions.address(), 0, 0);
      }
    } finally {
      lifted.forEach(Fd::close);
    }
  }

  private void actions(Arena arena, long actions, List<Fd> lifted) {
    long nothing = Native.text(arena, "/dev/null").address();
    int last = 2;
    for (int number = 0; number < 3; number++) {
      if (!descriptors.containsKey(number))
        must(Functions.OPEN.call(actions, number, nothing, Fd.O_RDWR, 0, 0));
    }
    for (var entry : descriptors.entrySet()) {
      var high =
          Native.must(
              "duplicate", Syscall.FCNTL, entry.getValue().number(), F_DUPFD_CLOEXEC, ABOVE);
      lifted.add(new Fd((int) high));
      must(Functions.DUP2.call(actions, high, entry.getKey()));
      last = Math.max(last, entry.getKey());
    }
    for (int number = 3; number < last; number++)
      if (!descriptors.containsKey(number)) must(Functions.CLOSE.call(actions, number, 0));
    must(Functions.CLOSE_FROM.call(actions, last + 1L, 0));
    if (folder.isPresent())
      must(
          Functions.FOLDER.call(actions, Native.text(arena, folder.get().toString()).address(), 0));
  }

  private ChildProcess start(Arena arena, MemorySegment actions) {
    MemorySegment attributes = arena.allocate(512, 8);
    long at = attributes.address();
    Functions.ATTRIBUTES.call(at, 0, 0);
    must(Functions.FLAGS.call(at, SETPGROUP | SETSIGDEF | SETSIGMASK, 0));
    must(Functions.DEFAULTS.call(at, arena.allocate(SIGNALS, 8).fill((byte) 0xff).address(), 0));
    must(Functions.MASK.call(at, arena.allocate(SIGNALS, 8).address(), 0));
    MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
    var variables = environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue());
    int result =
        Functions.SPAWN.call(
            pid.address(),
            Native.text(arena, command.getFirst()).address(),
            actions.address(),
            at,
            Reexec.texts(arena, command),
            Reexec.texts(arena, variables.toList()));
    if (result != 0) throw new LinuxException("run " + command.getFirst(), result);
    return ChildProcess.hold(pid.get(ValueLayout.JAVA_INT, 0));
  }

  private static void must(int result) {
    if (result != 0) throw new LinuxException("prepare a process", result);
  }
}
