package dev.theca.cli.image;

import dev.theca.image.crypt.AgentScheme;
import dev.theca.image.crypt.CryptCode;
import dev.theca.image.crypt.DecryptionKeyScheme;
import dev.theca.image.crypt.DecryptionKeys;
import dev.theca.image.crypt.KekFolder;
import dev.theca.image.crypt.KeyFileReader;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.interop.crypt.InteropSchemes;
import dev.theca.interop.crypt.KeyProviderConfig;
import dev.theca.wire.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What opens encrypted layers. */
final class DecryptionOptions {
  @Option(
      names = "--decryption-key",
      paramLabel = "KEY",
      description =
          "as skopeo's: FILE[:PASSWORD|:pass=PASSWORD|:file=FILE|:fd=N] or"
              + " provider:NAME[:PARAMETERS]; repeatable. Arguments are seen by everybody on the"
              + " machine: keep passwords in files")
  private List<String> keys = new ArrayList<>();

  boolean given() {
    return !keys.isEmpty();
  }

  /** The keys; a folder alone means those of Confidential Containers in it. */
  Outcome<List<KeyUnwrap>> read(Optional<Path> keyFolder) {
    return KeyProviderConfig.ofEnvironment(System.getenv())
        .then(
            providers -> {
              var schemes = new ArrayList<DecryptionKeyScheme>();
              keyFolder.ifPresent(folder -> schemes.add(AgentScheme.keys(new KekFolder(folder))));
              schemes.addAll(InteropSchemes.keys(providers));
              var readers = new ArrayList<KeyFileReader>();
              readers.add(KeyFileReader.jwe());
              readers.addAll(InteropSchemes.files());
              var texts = new ArrayList<>(keys);
              if (texts.isEmpty() && keyFolder.isPresent()) texts.add("provider:attestation-agent");
              return new DecryptionKeys(schemes, readers).parse(texts);
            });
  }

  /** Opens layers with the keys; refused when none was given. */
  Outcome<LayerOpener> opener(Optional<Path> keyFolder) {
    if (keys.isEmpty() && keyFolder.isEmpty())
      return CryptCode.NO_KEY.refuse(
          "encrypted layers",
          "a key that opens them",
          "none was given",
          "give one: --decryption-key FILE, or --key-folder DIR");
    return read(keyFolder).map(found -> new OcicryptOpener(found));
  }
}
