import java.io.FileInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads a zip from front to back, as a program does that gets it over a wire, and prints each entry's size and name. */
public class ReadZip {
    public static void main(String[] arguments) throws Exception {
        try (ZipInputStream zip = new ZipInputStream(new FileInputStream(arguments[0]))) {
            byte[] buffer = new byte[1 << 16];
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                long size = 0;
                for (int count = zip.read(buffer); count >= 0; count = zip.read(buffer)) size += count;
                zip.closeEntry();
                System.out.println(size + " " + entry.getName());
            }
        }
    }
}
