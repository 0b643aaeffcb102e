package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a host may put into files and listings, changed at random. */
class GramineFuzzTest {
  private final Secret key = Bytes.key(5);
  private final byte[] content = Bytes.content(20_000, 2);

  @Test
  void a_changed_file_is_refused_or_read_as_it_was_written() {
    byte[] file = Bytes.protect(content, key, Bytes.PATH);
    byte[] small = Bytes.protect(Arrays.copyOf(content, 100), key, Bytes.PATH);
    assertThat(
            Fuzz.run(
                "protected file",
                List.of(file, small),
                input -> {
                  if (!(Bytes.read(input, key, Bytes.PATH)
                      instanceof Outcome.Granted<byte[]>(var got))) return;
                  if (!Arrays.equals(got, Arrays.copyOf(content, got.length)))
                    throw new IllegalStateException("wrong bytes");
                }))
        .isGreaterThan(100);
  }

  /** Whoever has the key can write any metadata; it must not bring the reader down. */
  @Test
  void any_metadata_under_the_right_key_is_refused_or_read() {
    byte[] plain = new byte[Metadata.PLAIN];
    Metadata.layOut(plain, Bytes.PATH, 5000);
    byte[] rest = new byte[3 * Layout.NODE];
    assertThat(
            Fuzz.run(
                "sealed metadata",
                List.of(plain),
                input -> {
                  byte[] node =
                      Metadata.seal(
                          new NodeCipher(),
                          Arrays.copyOf(input, Metadata.PLAIN),
                          new byte[32],
                          key);
                  byte[] host = Arrays.copyOf(node, node.length + rest.length);
                  var unused = Bytes.read(host, key, Bytes.PATH);
                  var unused2 = Bytes.read(node, key, Bytes.PATH);
                }))
        .isGreaterThan(100);
  }

  @Test
  void a_recovery_file_brings_back_the_old_content_or_a_refusal() {
    byte[] torn = Bytes.protect(content, key, Bytes.PATH);
    byte[] records = new byte[2 * Nodes.RECORD];
    for (int node = 0; node < 2; node++) {
      records[node * Nodes.RECORD] = (byte) node;
      System.arraycopy(torn, node * 4096, records, node * Nodes.RECORD + 8, 4096);
    }
    torn[58] = 1;
    torn[4096] ^= 1;
    assertThat(
            Fuzz.run(
                "recovery file",
                List.of(records),
                input -> {
                  var read =
                      PfReader.open(
                              new Bytes.Host(torn),
                              () -> Outcome.granted(new Bytes.Host(input)),
                              key,
                              Optional.of(Bytes.PATH))
                          .then(Bytes::all);
                  if (read instanceof Outcome.Granted<byte[]>(var got)
                      && !Arrays.equals(got, content))
                    throw new IllegalStateException("wrong bytes");
                }))
        .isGreaterThan(100);
  }

  @Test
  void a_listing_that_is_read_is_written_as_the_same_bytes() {
    var listing =
        Listing.of(
            List.of(
                Listing.Entry.directory(Bytes.utf8("a")),
                Listing.Entry.file(Bytes.utf8("a/b"), 77, new byte[16]),
                Listing.Entry.directory(Bytes.utf8("a/c")),
                Listing.Entry.file(Bytes.utf8("d"), 0, new byte[16])));
    assertThat(
            Fuzz.run(
                "listing",
                List.of(listing.bytes()),
                input -> {
                  if (!(Listing.parse(input) instanceof Outcome.Granted<Listing>(var read))) return;
                  if (!Arrays.equals(read.bytes(), input))
                    throw new IllegalStateException("two texts of one listing");
                  var unused = ListedFolder.of(read);
                }))
        .isGreaterThan(100);
  }
}
