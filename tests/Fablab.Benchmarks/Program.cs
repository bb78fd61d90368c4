using BenchmarkDotNet.Running;
using Fablab.Benchmarks;

switch (args)
{
    case ["booking"]:
        await BookingOverHttp.RunAsync();
        return 0;
    case ["pure", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(Reading_a_program).Assembly).Run(rest is [] ? ["--filter", "*"] : rest);
        return 0;
    default:
        Console.Error.WriteLine("""
            dotnet run -c Release --project tests/Fablab.Benchmarks -- booking   bookings over HTTP beside bare commits on the same disk
            dotnet run -c Release --project tests/Fablab.Benchmarks -- pure      the pure cores beside their limits (BenchmarkDotNet's options may follow)
            """);
        return 2;
}
