package dev.theca.sealfs.gramine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The extra mounts for links to directories. A link that lies in the target of another is reached
 * by two names and needs a mount under each: what is found is completed here. A way that uses one
 * link twice, or goes on behind a link to a directory that holds the link, gets none.
 */
final class LinkMounts {
  /** A link to a directory; both paths begin with a slash. */
  record Link(String path, String target) {}

  private record Way(String path, String target, Set<String> used) {}

  private final List<Link> links = new ArrayList<>();

  void add(Link link) {
    links.add(link);
  }

  private static boolean isBelow(String path, String directory) {
    return directory.equals("/") || path.startsWith(directory + "/");
  }

  /** Sorted by path, so that a mount comes before those below it; empty above {@code max}. */
  Optional<List<ExtraMount>> all(BoundRoot root, int max) {
    var todo = new ArrayDeque<Way>();
    for (Link link : links) todo.add(new Way(link.path(), link.target(), Set.of(link.path())));
    var all = new ArrayList<ExtraMount>();
    while (!todo.isEmpty()) {
      if (all.size() >= max) return Optional.empty();
      Way way = todo.remove();
      all.add(new ExtraMount(way.path(), "file:" + root.of(way.target())));
      if (isBelow(way.path(), way.target())) continue;
      for (Link link : links) {
        if (!isBelow(link.path(), way.target()) || way.used().contains(link.path())) continue;
        var used = new TreeSet<>(way.used());
        used.add(link.path());
        int cut = way.target().equals("/") ? 0 : way.target().length();
        todo.add(new Way(way.path() + link.path().substring(cut), link.target(), used));
      }
    }
    all.sort(Comparator.comparing(ExtraMount::path));
    return Optional.of(List.copyOf(all));
  }
}
