using System.Buffers;
using AuditFunctions.Events;
using AuditFunctions.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AuditFunctions.Tests.Events;

public sealed class PooledBytesTests
{
    [Fact]
    public void Holds_what_was_written_however_it_was_cut() => Check.One(
        Law.Cases(300),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), parts =>
        {
            using var buffer = new PooledBytes();
            foreach (byte[] part in parts)
            {
                part.CopyTo(buffer.GetSpan(part.Length));
                buffer.Advance(part.Length);
                buffer.Write(part);
                part.CopyTo(buffer.GetMemory(part.Length).Span);
                buffer.Advance(part.Length);
            }

            byte[] expected = [.. parts.SelectMany(part => part.Concat(part).Concat(part))];
            Assert.Equal(expected, buffer.WrittenSpan.ToArray());
            Assert.Equal(expected, buffer.WrittenMemory.ToArray());
            Assert.Equal(expected.Length, buffer.Length);
        }));

    [Fact]
    public void Grows_by_doubling_and_keeps_its_bytes()
    {
        using var buffer = new PooledBytes(100);
        int growths = 0;
        int capacity = 0;
        for (int i = 0; i < 1_000_000; i++)
        {
            Span<byte> room = buffer.GetSpan();
            growths += buffer.Length + room.Length > capacity ? 1 : 0;
            capacity = buffer.Length + room.Length;
            room[0] = (byte)i;
            buffer.Advance(1);
        }

        Assert.InRange(growths, 8, 10); // 4 KiB to 1 MiB
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal((byte)(i * 249_999), buffer.WrittenSpan[i * 249_999]));
    }

    [Fact]
    public void Its_own_bytes_can_be_appended()
    {
        using var buffer = new PooledBytes();
        byte[] bytes = new byte[3000];
        new Random(11).NextBytes(bytes);
        buffer.Write(bytes);
        for (int i = 0; i < 4; i++)
        {
            buffer.Write(buffer.WrittenSpan);
        }

        Assert.Equal(48_000, buffer.Length);
        Assert.Equal([.. Enumerable.Repeat(bytes, 16).SelectMany(b => b)], buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Is_empty_after_Clear_and_Dispose_and_can_be_used_again()
    {
        var buffer = new PooledBytes();
        buffer.Write("ab"u8);
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        buffer.Write("cd"u8);
        Assert.True(buffer.WrittenSpan.SequenceEqual("cd"u8));
        buffer.Dispose();
        buffer.Dispose();
        Assert.True(buffer.WrittenSpan.IsEmpty);
        buffer.Write("e"u8);
        Assert.Equal(1, buffer.Length);
        buffer.Dispose();
    }

    [Fact]
    public void Refuses_to_count_more_than_there_was_room_for()
    {
        using var buffer = new PooledBytes();
        int room = buffer.GetSpan(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.GetSpan(-1).Length);
        buffer.Advance(room);
        Assert.Equal(room, buffer.Length);
    }
}
