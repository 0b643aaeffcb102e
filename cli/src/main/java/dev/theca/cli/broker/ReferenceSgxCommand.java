package dev.theca.cli.broker;

import dev.theca.broker.reference.ReferenceMessages;
import dev.theca.wire.json.JsonObject;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca broker reference sgx}: an enclave, by what it measures to or who signed it. */
@Command(
    name = "sgx",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Registers an enclave by what it measures to, or every enclave of a signer and product",
      "from a version on.",
      "",
      "Examples:",
      "  theca broker reference sgx --mr-enclave 5f.. --key k.jwk --key-name release",
      "  theca broker reference sgx --mr-signer 83.. --isv-prod-id 1 --min-isv-svn 2 \\",
      "    --key k.jwk --key-name release"
    })
final class ReferenceSgxCommand implements Callable<Integer> {
  @Mixin private Connection to = new Connection();
  @Mixin private Signing signing = new Signing();

  @Option(names = "--mr-enclave", paramLabel = "HEX", description = "32 bytes")
  private @Nullable String mrEnclave;

  @Option(names = "--mr-signer", paramLabel = "HEX", description = "32 bytes")
  private @Nullable String mrSigner;

  @Option(names = "--isv-prod-id", paramLabel = "N", description = "of the signer's products")
  private @Nullable Integer product;

  @Option(names = "--min-isv-svn", paramLabel = "N", description = "the least version")
  private @Nullable Integer least;

  @Option(names = "--append", description = "add to the values that are registered")
  private boolean append;

  @Override
  public Integer call() {
    return to.run(
        talk -> {
          var message = ReferenceCommand.appended(message(), append);
          return ReferenceCommand.register(
              talk, signing.applied(message, to.token()), "the enclave");
        });
  }

  private JsonObject message() {
    if (mrEnclave != null && mrSigner == null && product == null && least == null)
      return ReferenceMessages.sgxEnclave(measured("--mr-enclave", mrEnclave));
    if (mrEnclave != null || mrSigner == null || product == null || least == null)
      throw new WrongUsage(
          "give --mr-enclave, or --mr-signer with --isv-prod-id and --min-isv-svn");
    if (product < 0 || product > 0xFFFF || least < 0 || least > 0xFFFF)
      throw new WrongUsage("--isv-prod-id and --min-isv-svn are 0 to 65535");
    return ReferenceMessages.sgxSigner(measured("--mr-signer", mrSigner), product, least);
  }

  private static byte[] measured(String option, String hex) {
    if (!hex.matches("[0-9a-fA-F]{64}"))
      throw new WrongUsage(option + " takes 64 hexadecimal digits");
    return HexFormat.of().parseHex(hex);
  }
}
