package dev.theca.interop.sign;

import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.spi.SimpleSignatures;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Detached signatures in a lookaside place (containers-registries.d(5)): {@code
 * <base>/<path>@sha256=<hex>/signature-1}, {@code -2}, and so on until one is missing.
 */
public final class Lookaside implements SimpleSignatures {
  static final int MAX_SIGNATURES = 32;

  private final RegistriesD places;
  private final HttpClient http;

  /** {@code http} decides about proxies, certificates and redirects. */
  public Lookaside(RegistriesD places, HttpClient http) {
    this.places = places;
    this.http = http;
  }

  @Override
  public Outcome<List<byte[]>> of(ImageRef image, Digest manifest) {
    var base = places.lookaside(image);
    var found = new ArrayList<byte[]>();
    for (int number = 1; base.isPresent() && number <= MAX_SIGNATURES; number++) {
      var place = URI.create(base.get() + path(image, manifest, number));
      switch (one(place)) {
        case Outcome.Refused<Optional<byte[]>> no -> {
          return no.as();
        }
        case Outcome.Granted<Optional<byte[]>>(var signature) -> {
          if (signature.isEmpty()) return Outcome.granted(found);
          found.add(signature.get());
        }
      }
    }
    return Outcome.granted(found);
  }

  private static String path(ImageRef image, Digest manifest, int number) {
    return "/%s@%s=%s/signature-%d"
        .formatted(image.repository(), manifest.algorithm(), manifest.hex(), number);
  }

  private Outcome<Optional<byte[]>> one(URI place) {
    if (!"file".equals(place.getScheme())) return Fetch.get(http, place, BcOpenPgp.MAX_MESSAGE);
    try (var in = Files.newInputStream(Path.of(place))) {
      byte[] bytes = in.readNBytes(BcOpenPgp.MAX_MESSAGE + 1);
      return bytes.length > BcOpenPgp.MAX_MESSAGE
          ? Fetch.no(place, "at most " + BcOpenPgp.MAX_MESSAGE + " bytes", "more")
          : Outcome.granted(Optional.of(bytes));
    } catch (NoSuchFileException e) {
      return Outcome.granted(Optional.empty());
    } catch (IOException e) {
      throw new ImageException("reading " + place + ": " + e.getMessage(), e);
    }
  }

  /** Stores a signature under the first free number; refused when the place is not a directory. */
  public Outcome<URI> store(ImageRef image, Digest manifest, byte[] signature) {
    var base = places.staging(image);
    if (base.isEmpty() || !"file".equals(base.get().getScheme()))
      return InteropSignCode.LOOKASIDE.refused(
          "lookaside of " + image,
          "a file:// place to write signatures to",
          base.map(URI::toString).orElse("none"),
          "set lookaside-staging in registries.d and publish that directory");
    for (int number = 1; number <= MAX_SIGNATURES; number++) {
      var place = URI.create(base.get() + path(image, manifest, number));
      try {
        Files.createDirectories(Path.of(place.resolve(".")));
        Files.write(Path.of(place), signature, StandardOpenOption.CREATE_NEW);
        return Outcome.granted(place);
      } catch (FileAlreadyExistsException e) {
        continue; // the next number
      } catch (IOException e) {
        throw new ImageException("writing " + place + ": " + e.getMessage(), e);
      }
    }
    return Fetch.no(base.get(), "fewer than " + MAX_SIGNATURES + " signatures", "that many");
  }
}
