package dev.theca.cli.image;

import dev.theca.image.crypt.AgentScheme;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.JweScheme;
import dev.theca.image.crypt.KekFolder;
import dev.theca.image.crypt.RecipientScheme;
import dev.theca.image.crypt.Recipients;
import dev.theca.image.spi.KeyWrap;
import dev.theca.interop.crypt.InteropSchemes;
import dev.theca.interop.crypt.KeyProviderConfig;
import dev.theca.wire.Outcome;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** For whom layers are encrypted. */
final class RecipientOptions {
  @Option(
      names = "--encryption-key",
      required = true,
      paramLabel = "RECIPIENT",
      description =
          "as skopeo's: jwe:FILE, pkcs7:FILE, pgp:MAIL, pkcs11:FILE or"
              + " provider:NAME[:PARAMETERS]; repeatable, each can open the image")
  private List<String> recipients = new ArrayList<>();

  /** The recipients; keys of Confidential Containers are made in the folder, when there is one. */
  Outcome<List<KeyWrap>> read(Optional<Path> keyFolder) {
    return KeyProviderConfig.ofEnvironment(System.getenv())
        .then(
            providers -> {
              var schemes = new ArrayList<RecipientScheme>();
              schemes.add(new JweScheme());
              keyFolder.ifPresent(
                  folder ->
                      schemes.add(
                          AgentScheme.recipients(new KekFolder(folder), AgentWrap.Form.V2)));
              schemes.addAll(InteropSchemes.recipients(providers, InstantSource.system()));
              return new Recipients(schemes).parse(recipients);
            });
  }
}
