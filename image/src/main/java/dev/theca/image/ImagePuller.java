package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/**
 * Pulls an image into a sink in one pass a layer: fetch, digest, decrypt, decompress, diff id, tar.
 * The signature is verified before anything else is fetched. The sink must not publish what it got
 * before this returns a grant: a refusal may come after the last byte.
 */
public final class ImagePuller {
  /**
   * What policy demands of an image: keys that must all have signed, keys that may open it, and
   * whether it must be encrypted. {@code keys} is asked only after every signature held, so that an
   * image that nobody vouches for fetches no key.
   */
  public record Demands(
      List<PublicKey> signers, Supplier<Outcome<List<Jwk>>> keys, boolean encrypted) {}

  /** An image whose signature, digests and diff ids held. */
  public record Pulled(Digest manifest, ImageConfig config, int layers) {}

  private final RegistryClient registry;

  public ImagePuller(RegistryClient registry) {
    this.registry = registry;
  }

  public Outcome<Pulled> pull(ImageRef ref, Demands demands, TreeSink sink) {
    return registry
        .manifest(ref)
        .then(
            found ->
                found.isPresent()
                    ? Outcome.granted(found.get())
                    : refused(
                        "image-missing",
                        "image " + ref,
                        "an image in the registry",
                        "none",
                        "push it, or correct the name"))
        .then(
            manifest ->
                signed(ref, manifest, demands)
                    .then(yes -> demands.keys().get())
                    .then(keys -> unpacked(ref, manifest, keys, demands.encrypted(), sink)));
  }

  private Outcome<Boolean> signed(ImageRef ref, Manifest manifest, Demands demands) {
    if (demands.signers().isEmpty())
      return Outcome.granted(true); // policy said insecureAcceptAnything
    for (PublicKey signer : demands.signers()) {
      var verified = Cosign.verify(registry, ref, manifest.digest(), signer);
      if (!verified.isGranted()) return verified;
    }
    return Outcome.granted(true);
  }

  private Outcome<Pulled> unpacked(
      ImageRef ref, Manifest manifest, List<Jwk> keys, boolean encrypted, TreeSink sink) {
    return registry
        .smallBlob(ref, manifest.config(), 1 << 20)
        .then(ImageConfig::parse)
        .then(
            config -> {
              if (config.diffIds().size() != manifest.layers().size())
                return Manifest.bad(
                    manifest.layers().size() + " diff ids", config.diffIds().size() + "");
              var applier = new LayerApplier(sink);
              for (int i = 0; i < manifest.layers().size(); i++) {
                Descriptor layer = manifest.layers().get(i);
                if (encrypted && !layer.encrypted())
                  return refused(
                      "image-plain",
                      "layer " + (i + 1) + " of " + ref,
                      "an encrypted layer",
                      layer.mediaType(),
                      "seal the image");
                var applied = layer(ref, layer, config.diffIds().get(i), keys, applier);
                if (applied instanceof Outcome.Refused<Boolean> no) return no.as();
              }
              return Outcome.granted(
                  new Pulled(manifest.digest(), config, manifest.layers().size()));
            });
  }

  private Outcome<Boolean> layer(
      ImageRef ref, Descriptor layer, String diffId, List<Jwk> keys, LayerApplier applier) {
    if (!layer.encrypted()) return streamed(ref, layer, diffId, null, applier);
    return LayerKeys.unwrap(layer, keys)
        .then(
            opener -> {
              try (opener) {
                return streamed(ref, layer, diffId, opener, applier);
              }
            });
  }

  private Outcome<Boolean> streamed(
      ImageRef ref,
      Descriptor layer,
      String diffId,
      LayerKeys.@org.jspecify.annotations.Nullable Opener opener,
      LayerApplier applier) {
    var blob = Digest.hasher(layer.digest().algorithm());
    var diff = Digest.hasher("sha256");
    try (InputStream raw = registry.blob(ref, layer.digest())) {
      var counted = new Hashing(raw, blob, layer.size());
      LayerCipher.Opening opening =
          opener == null
              ? null
              : new LayerCipher.Opening(counted, opener.key(), opener.nonce(), opener.hmac());
      InputStream stored = new BufferedInputStream(opening == null ? counted : opening, 1 << 16);
      var tar = new Hashing(decompressed(layer.mediaType(), stored), diff, Long.MAX_VALUE);
      TarReader.Malformed malformed = null;
      try {
        applier.apply(new TarReader(tar));
        tar.drain();
      } catch (java.util.zip.ZipException | java.io.EOFException e) {
        malformed = new TarReader.Malformed("not what its type says: " + e.getMessage());
      } catch (TarReader.Malformed e) {
        malformed = e;
      }
      boolean authentic = opening == null || opening.finish();
      counted.drain();
      if (counted.count != layer.size()
          || !Digest.finish(layer.digest().algorithm(), blob).equals(layer.digest())) {
        return refused(
            "image-layer",
            "layer " + layer.digest(),
            "the bytes that the signed manifest names",
            "other bytes",
            "push the image again; the registry holds something else");
      }
      if (!authentic)
        return refused(
            "image-layer",
            "layer " + layer.digest(),
            "ciphertext that its sealer made (HMAC)",
            "changed ciphertext",
            "seal the image again");
      if (malformed != null)
        return refused(
            "image-layer",
            "layer " + layer.digest(),
            "a tar archive",
            String.valueOf(malformed.getMessage()),
            "build the image again");
      if (!("sha256:" + java.util.HexFormat.of().formatHex(diff.digest())).equals(diffId))
        return refused(
            "image-layer",
            "layer " + layer.digest(),
            "diff id " + diffId,
            "another content",
            "build the image again");
      return Outcome.granted(true);
    } catch (IOException e) {
      throw new ImageException(
          "reading layer " + layer.digest() + " of " + ref + ": " + e.getMessage(), e);
    }
  }

  private static InputStream decompressed(String mediaType, InputStream in) throws IOException {
    String type = mediaType.replace("+encrypted", "");
    if (type.endsWith("gzip")) return new GZIPInputStream(in, 1 << 16);
    if (type.endsWith("zstd")) return new ZstdLayer(new ZstdInputStream(in));
    return in;
  }

  /** Makes the decoder's own complaint one that a layer's reader expects. */
  private static final class ZstdLayer extends FilterInputStream {
    ZstdLayer(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        return in.read(into, from, length);
      } catch (MalformedInputException | IllegalArgumentException e) {
        throw new TarReader.Malformed("not zstd: " + e.getMessage());
      }
    }
  }

  /** Hashes and counts what is read; more than {@code limit} bytes are a fault. */
  private static final class Hashing extends FilterInputStream {
    private final MessageDigest hash;
    private final long limit;
    long count;

    Hashing(InputStream in, MessageDigest hash, long limit) {
      super(in);
      this.hash = hash;
      this.limit = limit;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = in.read(into, from, length);
      if (n > 0) {
        count += n;
        if (count > limit) throw new TarReader.Malformed("more bytes than were announced");
        hash.update(into, from, n);
      }
      return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
      byte[] passed = new byte[(int) Math.min(bytes, 1 << 16)];
      long left = bytes;
      for (int n; left > 0 && (n = read(passed, 0, (int) Math.min(left, passed.length))) > 0; )
        left -= n;
      return bytes - left;
    }

    void drain() throws IOException {
      byte[] rest = new byte[1 << 16];
      while (read(rest, 0, rest.length) >= 0) {}
    }
  }

  private static <T> Outcome<T> refused(
      String code, String what, String expected, String found, String next) {
    return Outcome.refused(Code.of(code), what, expected, found, next);
  }
}
