package dev.theca.sealfs.gramine;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compares a host tree with a listing before anything runs from it: every file and directory of the
 * listing is there and nothing else is, and every file has the length and the metadata tag of the
 * listing. Never follows a link of the host, and reads 4096 bytes of each file.
 *
 * <p>Holds at the moment of the check only: the host can serve an older version, or nothing,
 * afterwards. Data nodes are not read; a wrong one is noticed when it is.
 */
public final class ListingCheck {
  private static final int MAX_REASONS = 32;

  private final BoundRoot root;
  private final Optional<Secret> key;
  private final List<Refusal> reasons = new ArrayList<>();
  private int files;
  private int directories;

  /** How much was compared. */
  public record Checked(int files, int directories) {}

  private ListingCheck(BoundRoot root, Optional<Secret> key) {
    this.root = root;
    this.key = key;
  }

  /** Compares tags and lengths as they stand on the host. */
  public static Outcome<Checked> check(Path tree, Listing listing) {
    return new ListingCheck(new BoundRoot("/"), Optional.empty()).all(tree, listing);
  }

  /** Also opens each metadata node: tag, embedded path and size hold under the key. */
  public static Outcome<Checked> check(Path tree, Listing listing, Secret key, BoundRoot root) {
    return new ListingCheck(root, Optional.of(key)).all(tree, listing);
  }

  private Outcome<Checked> all(Path tree, Listing listing) {
    try {
      if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS))
        return PfCode.LISTING_MISSING.refused(tree.toString(), "a directory", "none");
      try (var stream = Files.newDirectoryStream(tree)) {
        directory(secure(stream), ListedFolder.of(listing));
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new PfException("cannot look through " + tree, e);
    }
    return reasons.isEmpty()
        ? Outcome.granted(new Checked(files, directories))
        : Outcome.refused(reasons);
  }

  /** A directory that is held open, so that no name above is looked up a second time. */
  private static SecureDirectoryStream<Path> secure(java.nio.file.DirectoryStream<Path> stream) {
    if (stream instanceof SecureDirectoryStream<Path> secure) return secure;
    throw new PfException("this host's file system cannot hold a directory open");
  }

  private boolean isFull() {
    return reasons.size() >= MAX_REASONS;
  }

  private void refuse(PfCode code, String path, String expected, String found) {
    reasons.add(code.refusal(path, expected, found));
  }

  private void directory(SecureDirectoryStream<Path> stream, ListedFolder listed)
      throws IOException {
    Set<Path> seen = new HashSet<>();
    for (Path child : stream) {
      if (isFull()) return;
      Path name = child.getFileName();
      seen.add(name);
      var folder = listed.folder(name);
      var file = listed.file(name);
      if (folder.isPresent()) folder(stream, name, folder.get());
      else if (file.isPresent()) file(stream, name, file.get());
      else
        refuse(
            PfCode.LISTING_EXTRA, listed.shown() + shown(name), "nothing", "a file or directory");
    }
    for (String path : listed.without(seen)) {
      if (isFull()) return;
      refuse(PfCode.LISTING_MISSING, path, "there", "missing");
    }
  }

  /** A name that the host chose, without what would disturb a log. */
  private static String shown(Path name) {
    return PathText.shown(name.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void folder(SecureDirectoryStream<Path> stream, Path name, ListedFolder listed)
      throws IOException {
    if (!attributes(stream, name).filter(BasicFileAttributes::isDirectory).isPresent()) {
      refuse(PfCode.LISTING_KIND, listed.shown(), "a directory", "something else");
      return;
    }
    directories++;
    try (var below = stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      directory(below, listed);
    }
  }

  private void file(SecureDirectoryStream<Path> stream, Path name, Listing.Entry entry)
      throws IOException {
    String shown = "/" + PathText.shown(entry.path());
    // a fifo would hold the opening
    if (!attributes(stream, name).filter(BasicFileAttributes::isRegularFile).isPresent()) {
      refuse(PfCode.LISTING_KIND, shown, "a regular file", "something else");
      return;
    }
    files++;
    byte[] node = new byte[Layout.NODE];
    try (var bytes = new HostBytes.Channel(stream.newByteChannel(name, HostFile.READ))) {
      long wanted = Layout.hostLength(entry.size());
      long length = bytes.length();
      if (length != wanted || !bytes.read(0, node, 0, Layout.NODE))
        refuse(PfCode.LISTING_SIZE, shown, wanted + " bytes on the host", length + " bytes");
      else node(node, entry, shown);
    } catch (NoSuchFileException e) {
      refuse(PfCode.LISTING_MISSING, shown, "there", "removed during the check");
    }
  }

  private void node(byte[] node, Listing.Entry entry, String shown) {
    int to = Metadata.MAC + Layout.TAG;
    if (!Arrays.equals(node, Metadata.MAC, to, entry.tag(), 0, Layout.TAG)) {
      refuse(PfCode.LISTING_TAG, shown, "the version of the listing", "another metadata tag");
      return;
    }
    var header =
        Metadata.Header.parse(node)
            .then(
                h ->
                    h.pending()
                        ? PfCode.PENDING.<Metadata.Header>refused(
                            shown, "a file at rest", "a write cut off")
                        : Outcome.granted(h));
    var opened =
        key.isEmpty() ? header : header.then(h -> opened(node, h, key.get(), entry, shown));
    if (opened instanceof Outcome.Refused<Metadata.Header>(var why)) reasons.addAll(why);
  }

  private Outcome<Metadata.Header> opened(
      byte[] node, Metadata.Header header, Secret secret, Listing.Entry entry, String shown) {
    return Metadata.open(node, header, secret)
        .then(
            metadata -> {
              try (metadata) {
                if (!Arrays.equals(metadata.path(), root.of(entry.path())))
                  return PfCode.PATH.refused(shown, "its own path", "the path of another file");
                if (metadata.size() != entry.size())
                  return PfCode.LISTING_SIZE.refused(
                      shown, entry.size() + " bytes", metadata.size() + " bytes");
                return Outcome.granted(header);
              }
            });
  }

  private static Optional<BasicFileAttributes> attributes(
      SecureDirectoryStream<Path> stream, Path name) throws IOException {
    try {
      return Optional.of(
          stream
              .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
