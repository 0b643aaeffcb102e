package dev.theca.sealfs.gramine;

import dev.theca.sealfs.gramine.LinkResolver.End;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what an export makes of each object of a tree (GRAMINE.md, "What becomes of what"). The
 * order does not depend on the order in which the source names its entries.
 */
final class Planner {
  private static final int MAX_REASONS = 32;

  private final TreeIndex tree;
  private final LinkResolver links;
  private final ExportOptions options;
  private final Changes changes = new Changes();
  private final LinkMounts mounts = new LinkMounts();
  private final List<Plan.Folder> folders = new ArrayList<>();
  private final List<Plan.File> files = new ArrayList<>();
  private final List<Refusal> reasons = new ArrayList<>();
  private final Set<Long> above = new HashSet<>(); // directories that are being walked
  private long bytes;
  private boolean stopped;

  private Planner(TreeIndex tree, ExportOptions options) {
    this.tree = tree;
    this.links = new LinkResolver(tree);
    this.options = options;
  }

  static Outcome<Plan> plan(TreeSource source, ExportOptions options) {
    int max = options.limits().entries();
    var tree = TreeIndex.of(source, max);
    return tree.isEmpty()
        ? PfCode.LIMIT.refused("tree", "at most " + max + " names", "more")
        : new Planner(tree.get(), options).plan();
  }

  private Outcome<Plan> plan() {
    directory(TreeSource.ROOT, new byte[0]);
    int max = options.limits().mounts();
    var extra = mounts.all(options.root(), max);
    if (extra.isEmpty())
      refuse(
          PfCode.LIMIT.refusal("links to directories", "at most " + max + " extra mounts", "more"));
    return reasons.isEmpty()
        ? Outcome.granted(
            new Plan(List.copyOf(folders), List.copyOf(files), extra.orElseThrow(), changes.all()))
        : Outcome.refused(reasons);
  }

  private void directory(long ino, byte[] path) {
    boolean first = above.add(ino); // a copy for a link may come through it again
    for (var child : tree.children(ino).entrySet()) {
      if (stopped) break;
      byte[] name = child.getKey().array();
      byte[] below = TreeIndex.join(path, name);
      if (isNamed(name, below)) entry(ino, child.getValue(), below);
    }
    if (first) above.remove(ino);
  }

  private boolean isNamed(byte[] name, byte[] path) {
    int length = options.root().of(path).length;
    String shown = "/" + PathText.shown(path);
    if (!BoundRoot.isName(name, 0, name.length))
      refuse(PfCode.NAME.refusal("name", "1 to 260 bytes, no slash", "that of " + shown));
    else if (length > BoundRoot.MAX_PATH)
      refuse(PfCode.NAME.refusal("path " + shown, "at most 512 bytes", length + " bytes"));
    else if (endsWith(name, PfReader.RECOVERY))
      refuse(PfCode.NAME.refusal("name", "one that Gramine does not use", shown));
    else if (Arrays.equals(path, HostTree.STAGING.getBytes(StandardCharsets.US_ASCII)))
      refuse(PfCode.NAME.refusal("name", "one that an export does not use", shown));
    else return true;
    return false;
  }

  private static boolean endsWith(byte[] name, String suffix) {
    byte[] end = suffix.getBytes(StandardCharsets.US_ASCII);
    int from = name.length - end.length;
    return from >= 0 && Arrays.equals(name, from, name.length, end, 0, end.length);
  }

  private void refuse(Refusal reason) {
    reasons.add(reason);
    stopped |= reasons.size() >= MAX_REASONS;
  }

  private void entry(long directory, long ino, byte[] path) {
    var item = tree.item(ino);
    switch (TreeIndex.Kind.of(item.mode())) {
      case FILE -> {
        if (item.nlink() > 1) changes.add(Change.HARD_LINK, path, item.nlink() + " names");
        file(item, path);
      }
      case DIRECTORY -> folder(item, path);
      case SYMLINK -> link(directory, ino, path);
      case SPECIAL -> changes.add(Change.SPECIAL, path, special(item.mode()));
    }
  }

  private void file(TreeSource.Item item, byte[] path) {
    lost(item, path, 0600);
    var limits = options.limits();
    bytes += Math.min(item.size(), limits.fileBytes());
    String shown = "/" + PathText.shown(path);
    if (item.size() < 0 || item.size() > limits.fileBytes())
      refuse(
          PfCode.LIMIT.refusal(
              "size of " + shown,
              "at most " + limits.fileBytes() + " bytes, holes included",
              item.size() + " bytes"));
    else if (bytes > limits.totalBytes()) stop("bytes of all files", limits.totalBytes(), shown);
    else if (hasRoom(shown))
      files.add(new Plan.File(path, item.ino(), item.size(), item.mode() & 0777 | 0600));
  }

  private void folder(TreeSource.Item item, byte[] path) {
    lost(item, path, 0700);
    if (!hasRoom("/" + PathText.shown(path))) return;
    folders.add(new Plan.Folder(path, item.mode() & 0777 | 0700));
    directory(item.ino(), path);
  }

  private boolean hasRoom(String shown) {
    if (files.size() + folders.size() < options.limits().entries()) return true;
    stop("files and directories with the copies for links", options.limits().entries(), shown);
    return false;
  }

  private void stop(String what, long max, String shown) {
    refuse(PfCode.LIMIT.refusal(what, "at most " + max, "more, at " + shown));
    stopped = true;
  }

  private void lost(TreeSource.Item item, byte[] path, int added) {
    int after = item.mode() & 0777 | added;
    if (after != (item.mode() & 07777))
      changes.add(Change.MODE, path, "%04o to %04o".formatted(item.mode() & 07777, after));
    if (item.uid() != 0 || item.gid() != 0)
      changes.add(
          Change.OWNER,
          path,
          Integer.toUnsignedString(item.uid()) + ":" + Integer.toUnsignedString(item.gid()));
    if (!item.xattrs().isEmpty()) changes.add(Change.XATTR, path, String.join(", ", item.xattrs()));
  }

  private void link(long directory, long ino, byte[] path) {
    String target = PathText.shown(tree.target(ino));
    switch (links.resolve(directory, ino)) {
      case End.Nowhere() -> changes.add(Change.SYMLINK_DANGLING, path, target);
      case End.Loop() -> changes.add(Change.SYMLINK_LOOP, path, target);
      case End.Found(long found, boolean clamped) -> {
        if (clamped) changes.add(Change.SYMLINK_ABOVE_ROOT, path, target);
        found(tree.item(found), path, target);
      }
    }
  }

  private void found(TreeSource.Item item, byte[] path, String target) {
    switch (TreeIndex.Kind.of(item.mode())) {
      case FILE -> {
        changes.add(Change.SYMLINK_COPIED, path, target);
        file(item, path);
      }
      case DIRECTORY -> linkedDirectory(item, path, target);
      case SPECIAL -> changes.add(Change.SYMLINK_TO_SPECIAL, path, target);
      case SYMLINK -> throw new IllegalStateException("a link was resolved to a link");
    }
  }

  private void linkedDirectory(TreeSource.Item item, byte[] path, String target) {
    Optional<String> from = PathText.text(path);
    Optional<String> to = PathText.text(tree.path(item.ino()));
    if (from.isPresent() && to.isPresent() && options.isReadOnly("/" + to.get())) {
      changes.add(Change.SYMLINK_MOUNTED, path, target);
      mounts.add(new LinkMounts.Link("/" + from.get(), "/" + to.get()));
    } else if (above.contains(item.ino())) {
      changes.add(Change.SYMLINK_LOOP, path, target);
    } else {
      changes.add(Change.SYMLINK_DIRECTORY_COPIED, path, target);
      folder(item, path);
    }
  }

  private static String special(int mode) {
    return switch (mode & 0170000) {
      case 0020000 -> "character device";
      case 0060000 -> "block device";
      case 0010000 -> "fifo";
      case 0140000 -> "socket";
      default -> "of unknown type";
    };
  }
}
