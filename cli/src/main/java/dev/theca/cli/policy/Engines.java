package dev.theca.cli.policy;

import dev.theca.rego.Setup;
import dev.theca.rego.spi.RegexEngine;
import dev.theca.rego.spi.YamlEngine;
import java.util.Optional;
import java.util.ServiceLoader;

/** What this program gives to policies: the engines that are on its module path. */
final class Engines {
  private Engines() {}

  static Optional<YamlEngine> yaml() {
    return ServiceLoader.load(YamlEngine.class).findFirst();
  }

  static Setup setup(boolean strict) {
    var regex = ServiceLoader.load(RegexEngine.class).findFirst().orElseGet(RegexEngine::none);
    return Setup.plain()
        .withRegex(regex)
        .withYaml(yaml().orElseGet(YamlEngine::none))
        .withStrict(strict);
  }
}
