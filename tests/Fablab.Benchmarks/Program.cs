using System.Globalization;
using BenchmarkDotNet.Running;
using Fablab.Benchmarks;

switch (args)
{
    case ["booking", .. var clients]:
        await BookingOverHttp.RunAsync([.. clients.Select(count => int.Parse(count, CultureInfo.InvariantCulture))]);
        return 0;
    case ["booking-postgres", var server, .. var clients]:
        await BookingOverHttp.RunOnPostgresAsync(server, [.. clients.Select(count => int.Parse(count, CultureInfo.InvariantCulture))]);
        return 0;
    case ["race"]:
        await BookingOverHttp.RaceAsync();
        return 0;
    case ["calendar"]:
        await CalendarOverHttp.RunAsync();
        return 0;
    case ["availability", .. var sizes]:
        await AvailabilityByHistory.RunAsync([.. (sizes is [] ? ["10000", "1000000"] : sizes).Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        return 0;
    case ["pure", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(Reading_a_program).Assembly).Run(rest is [] ? ["--filter", "*"] : rest);
        return 0;
    default:
        Console.Error.WriteLine("""
            dotnet run -c Release --project tests/Fablab.Benchmarks -- booking [1 8 64]
                                                                                 bookings over HTTP by so many clients at once, beside bare commits on the same disk
            dotnet run -c Release --project tests/Fablab.Benchmarks -- booking-postgres "Host=127.0.0.1;Username=…" [1 8 64]
                                                                                 the same on a PostgreSQL server of this computer that runs already
            dotnet run -c Release --project tests/Fablab.Benchmarks -- race      fifty who want one slot at once
            dotnet run -c Release --project tests/Fablab.Benchmarks -- calendar  a week of 50 and of 200 machines beside a raw read of the same rows
            dotnet run -c Release --project tests/Fablab.Benchmarks -- availability [10000 1000000 10000000]
                                                                                 free times with ever more past (ten million take minutes and some GB)
            dotnet run -c Release --project tests/Fablab.Benchmarks -- pure      the pure cores beside their limits (BenchmarkDotNet's options may follow)
            """);
        return 2;
}
