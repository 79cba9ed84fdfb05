using System.Text;

namespace AuditFunctions.Tests.Hostile;

/// <summary>Ways to spoil a page, drawn from a seed.</summary>
internal static class Mutation
{
    private static readonly byte[] Bytes = [.. "{}[]:,\"\\ \n\r\t0-+.eEntfux/<"u8, 0, 1, 0x1f, 0x7f, 0x80, 0xbf, 0xc0, 0xc3, 0xe2, 0xed, 0xf0, 0xff];

    /// <summary>A spoilt copy.</summary>
    public static byte[] Of(byte[] page, Random random)
    {
        List<byte> bytes = [.. page];
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(14))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = Bytes[random.Next(Bytes.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 20)));
                    break;
                case 4:
                    bytes.Insert(at, Bytes[random.Next(Bytes.Length)]);
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 200))));
                    break;
                case 6:
                    var other = random.Next(bytes.Count);
                    (bytes[at], bytes[other]) = (bytes[other], bytes[at]);
                    break;
                case 7:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)(random.Next(2) == 0 ? '[' : '{'), random.Next(1, 5_000)));
                    break;
                case 8:
                    bytes.InsertRange(at, Encoding.ASCII.GetBytes(new string('9', random.Next(1, 400))));
                    break;
                case 9:
                    bytes.InsertRange(at, random.Next(2) == 0 ? [0xed, 0xa0, 0x80] : "\\ud800"u8.ToArray());
                    break;
                case 10:
                    bytes.InsertRange(random.Next(2) == 0 ? 0 : at, [0xef, 0xbb, 0xbf]);
                    break;
                case 11:
                    var wide = random.Next(2) == 0 ? Encoding.Unicode : Encoding.BigEndianUnicode;
                    bytes = [.. random.Next(2) == 0 ? wide.GetPreamble() : [], .. wide.GetBytes(Encoding.Latin1.GetString([.. bytes]))];
                    break;
                case 12:
                    bytes.InsertRange(at, new byte[random.Next(1, 9)]);
                    break;
                default:
                    bytes.InsertRange(0, "<!DOCTYPE html><html>"u8.ToArray());
                    break;
            }
        }

        return [.. bytes];
    }
}
