package dev.theca.cli.collateral;

import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.PlatformModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which Intel platforms a folder of collateral knows. */
final class Folder {
  private Folder() {}

  static List<PlatformModel> models(Path folder) throws IOException {
    var found = new ArrayList<PlatformModel>();
    for (var type : List.of(EvidenceType.SGX, EvidenceType.TDX)) {
      Path tee = folder.resolve(type.word());
      if (!Files.isDirectory(tee)) continue;
      try (var models = Files.list(tee)) {
        for (Path model : models.sorted().toList()) {
          String fmspc = model.getFileName().toString();
          if (!fmspc.matches("[0-9A-F]{12}")) continue;
          for (String ca : List.of("platform", "processor"))
            if (Files.exists(folder.resolve("pck-crl-" + ca + ".der")))
              found.add(new PlatformModel(type, fmspc, ca));
        }
      }
    }
    return found;
  }
}
