import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Reads a zip and prints each entry's size and name: from front to back, as a program does that gets it over a wire; then, after an
 * empty line, again by its directory.
 */
public class ReadZip {
    public static void main(String[] arguments) throws Exception {
        try (ZipInputStream zip = new ZipInputStream(new FileInputStream(arguments[0]))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                System.out.println(size(zip) + " " + entry.getName());
                zip.closeEntry();
            }
        }
        System.out.println();
        try (ZipFile zip = new ZipFile(arguments[0])) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                try (InputStream content = zip.getInputStream(entry)) {
                    System.out.println(size(content) + " " + entry.getName());
                }
            }
        }
    }

    private static long size(InputStream content) throws Exception {
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) size += count;
        return size;
    }
}
