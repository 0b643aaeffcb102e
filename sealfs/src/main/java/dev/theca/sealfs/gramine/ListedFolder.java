package dev.theca.sealfs.gramine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** One directory of a listing, its names as host names: those compare by their bytes. */
final class ListedFolder {
  private final String shown;
  private final Map<Path, ListedFolder> folders = new HashMap<>();
  private final Map<Path, Listing.Entry> files = new HashMap<>();

  private ListedFolder(String shown) {
    this.shown = shown;
  }

  static ListedFolder of(Listing listing) {
    var root = new ListedFolder("/");
    for (Listing.Entry entry : listing.entries()) {
      Path path = HostFile.relative(entry.bare());
      int last = path.getNameCount() - 1;
      var folder = root;
      for (int i = 0; i < last; i++) folder = folder.listed(path.getName(i));
      if (entry.isDirectory())
        folder.folders.put(
            path.getFileName(), new ListedFolder("/" + PathText.shown(entry.path())));
      else folder.files.put(path.getFileName(), entry);
    }
    return root;
  }

  /** A listing names a directory before what is in it. */
  private ListedFolder listed(Path name) {
    return Objects.requireNonNull(folders.get(name), "a directory of the listing");
  }

  /** The path as people read it, with a slash at both ends. */
  String shown() {
    return shown;
  }

  Optional<ListedFolder> folder(Path name) {
    return Optional.ofNullable(folders.get(name));
  }

  Optional<Listing.Entry> file(Path name) {
    return Optional.ofNullable(files.get(name));
  }

  /** The paths of what is listed here and was not seen, sorted. */
  List<String> without(Set<Path> seen) {
    var missing = new ArrayList<String>();
    folders.forEach(
        (name, folder) -> {
          if (!seen.contains(name)) missing.add(folder.shown);
        });
    files.forEach(
        (name, file) -> {
          if (!seen.contains(name)) missing.add("/" + PathText.shown(file.path()));
        });
    missing.sort(null);
    return missing;
  }
}
